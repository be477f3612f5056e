# One image for web, worker, scheduler and migration; docker-compose.yml says which is which.
FROM node:22-bookworm-slim AS assets
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY script/assets script/assets.mjs script/
COPY static/icons.txt static/
RUN script/assets

FROM python:3.12-slim-bookworm AS packages
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir -r requirements.txt

FROM python:3.12-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /app kvalitet \
    && install -d -o kvalitet /data/media
COPY --from=packages /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 HASHED_STATIC=1 MEDIA_ROOT=/data/media XDG_CACHE_HOME=/tmp/cache
WORKDIR /app
COPY . .
COPY --from=assets /app/static/vendor static/vendor
RUN python script/translations.py && SECRET_KEY=only-for-this-step python manage.py collectstatic --noinput
USER kvalitet
EXPOSE 8000
ENTRYPOINT ["script/entrypoint"]
CMD ["web"]
