# The service as ECS runs it, and (target `local`) the stand-ins for AWS that docker-compose.yml puts around it.
# The digest is that of the index, so it holds for x86-64 and arm64; Dependabot renews it (docs/operations.md).
FROM python:3.11-slim@sha256:be1575ed968de893bd54f4c56315ff7c4736ce522c1bca08fd521731aafc0d76 AS interpreter

FROM interpreter AS wheels
# `tracing` adds OpenTelemetry, which OTEL_EXPORTER_OTLP_ENDPOINT switches on.
ARG EXTRAS=
COPY requirements/service.txt requirements/tracing.txt /requirements/
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --no-compile --require-hashes \
        -r /requirements/service.txt ${EXTRAS:+-r /requirements/${EXTRAS}.txt} \
    && /venv/bin/python -m compileall -q /venv/lib

FROM interpreter AS local-wheels
COPY requirements/run.txt /requirements.txt
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --no-compile --require-hashes -r /requirements.txt

FROM interpreter AS base
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin app
WORKDIR /app

FROM base AS local
COPY --from=local-wheels /venv /venv
COPY . .
USER 10001
ENTRYPOINT ["python", "-m", "tools.local"]

FROM base AS service
# Named in /health and in every access-log line.
ARG BUILD_ID=development
ENV BUILD_ID=${BUILD_ID}
COPY --from=wheels /venv /venv
COPY openapi/ openapi/
COPY generated_client/ generated_client/
COPY common/ common/
COPY service/ service/
RUN python -m compileall -q /app
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health', timeout=2).close()"]
CMD ["python", "-m", "service"]
