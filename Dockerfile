# The service alone; docker-compose.yml runs it beside a Neo4j.
FROM python:3.13-slim

WORKDIR /srv/membergraph
COPY requirements.txt requirements-build.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt -r requirements-build.txt

COPY pyproject.toml README.md LICENSE ./
COPY queries queries
COPY graph graph
COPY loaders loaders
COPY api api
COPY membergraph membergraph
RUN pip install --no-cache-dir --no-deps --no-build-isolation . \
    && useradd --system --home-dir /data membergraph \
    && install -d -o membergraph /data

USER membergraph
ENV MEMBERGRAPH_DATA_DIR=/data MEMBERGRAPH_HOST=0.0.0.0 MEMBERGRAPH_PORT=8080 PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=6 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/health', timeout=4)"]
ENTRYPOINT ["membergraph"]
CMD ["serve"]
