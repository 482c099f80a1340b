# Built without a network from the locked wheels in wheels/: deploy/README.md says how to fetch
# them. Tags are pinned; an operator who mirrors images should pin the digest as well.
FROM python:3.11.15-slim-bookworm AS build

ENV PIP_NO_INDEX=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /source
RUN ["python", "-m", "venv", "/opt/ringfence"]
COPY requirements.lock requirements.build ./
RUN --mount=type=bind,source=wheels,target=/wheels \
    for file in requirements.build requirements.lock; do \
      /opt/ringfence/bin/pip install --no-index --find-links /wheels --require-hashes --no-deps \
        --no-build-isolation -r "$file" || exit 1; \
    done
COPY pyproject.toml README.md ./
COPY rag ./rag
COPY connectors ./connectors
COPY pipelines ./pipelines
COPY eval ./eval
RUN ["/opt/ringfence/bin/pip", "install", "--no-index", "--no-deps", "--no-build-isolation", "."]

FROM python:3.11.15-slim-bookworm

RUN groupadd --system --gid 10001 ringfence \
    && useradd --system --uid 10001 --gid 10001 --no-create-home --home-dir /tmp \
        --shell /usr/sbin/nologin ringfence \
    && install --directory --owner 10001 --group 10001 --mode 0700 /var/lib/ringfence

COPY --from=build /opt/ringfence /opt/ringfence

ENV PATH=/opt/ringfence/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    RINGFENCE_HOME=/var/lib/ringfence

USER 10001:10001
WORKDIR /var/lib/ringfence
EXPOSE 8080
STOPSIGNAL SIGTERM

HEALTHCHECK --interval=15s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.build_opener(r.ProxyHandler({})).open('http://127.0.0.1:8080/healthz', timeout=4)"]

ENTRYPOINT ["ringfence"]
CMD ["serve"]
