# docker build -t carillon .
# docker run --read-only --cap-drop ALL -e JWT_SECRET -v carillon:/data -p 127.0.0.1:3001:3000 carillon
# What it needs, and several of them with PostgreSQL and Redis: docs/deploy.md, "Containers".

FROM node:26-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# No package has to run anything when it is installed: those with binaries bring them along.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:26-slim
# What fetches code has no business where code runs.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
      /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn* \
 && install -d -m 0700 -o 1000 -g 1000 /data
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json LICENSE README.md ./
COPY migrations ./migrations
COPY scripts ./scripts
COPY src ./src
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATABASE_URL=file:/data/carillon.db
# By number, so that Kubernetes sees that it is not root: the user `node` of the base image.
USER 1000:1000
VOLUME /data
EXPOSE 3000
# Node is PID 1 and ends on SIGTERM within 10 s, so give it longer than that: docker stop --time 15.
HEALTHCHECK --interval=5s --timeout=6s --start-period=30s CMD ["node", "scripts/ready.ts"]
CMD ["node", "src/main.ts"]
