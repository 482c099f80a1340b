"""stub"""


class PdfParser:
    @property
    def suffixes(self):
        return frozenset({".pdf"})

    def parse(self, data, name):
        raise NotImplementedError
