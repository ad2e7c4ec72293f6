# The server: `docker run -p 8000:8000 -v migaudit:/var/lib/migaudit --env-file migaudit.env migaudit`
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    MIGAUDIT_DATA_DIR=/var/lib/migaudit

WORKDIR /srv/migaudit

# Dependencies first, each checked against its hash: they change less often than the code.
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock

COPY analyzers analyzers
COPY app app
COPY templates templates
COPY app.yml app.yml

# The code belongs to root: the server cannot change itself, and writes to its data only.
RUN useradd --uid 10001 --home-dir /var/lib/migaudit --create-home migaudit \
    && python -m compileall -q analyzers app
USER 10001
VOLUME /var/lib/migaudit
EXPOSE 8000

HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]

ENTRYPOINT ["python", "-m", "app.cli"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
