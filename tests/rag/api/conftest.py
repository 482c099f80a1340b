"""A client that fails a test when the service answers with a status it does not document."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from rag.api.app import create_app
from rag.settings import ApiSettings
from rag.testing.fakes import OUTSIDER_KEY, READER_KEY, FakeAnswerService

# Any method on any path may be answered so; an operation that exists is described without it.
UNDOCUMENTED = {404, 405}


class DocumentedClient(TestClient):
    """Compares each answer of a documented operation with the description."""

    def request(self, method, url, **kwargs):
        response = super().request(method, url, **kwargs)
        template = str(url).split("?")[0]
        if template.startswith("/v1/documents/"):
            below = "/evidence" if template.endswith("/evidence") else ""
            template = f"/v1/documents/{{id}}{below}"
        operations = self.app.openapi_schema["paths"].get(template, {})
        operation = operations.get(method.lower())
        if operation is None:
            assert response.status_code in UNDOCUMENTED | {200, 401, 413}
            return response
        described = operation["responses"].get(str(response.status_code))
        assert described is not None, f"{method} {template} does not document {response}"
        assert response.headers["content-type"] in described["content"]
        return response


@pytest.fixture
def serve():
    """Make a client of a service; what it raises past its own handlers fails the test."""

    def client(service=None, *, key=READER_KEY, **settings):
        app = create_app(service or FakeAnswerService(), ApiSettings(**settings))
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return DocumentedClient(app, headers=headers)

    return client


@pytest.fixture
def reader(serve):
    return serve()


@pytest.fixture
def outsider(serve):
    return serve(key=OUTSIDER_KEY)


@pytest.fixture
def stranger(serve):
    return serve(key=None)
