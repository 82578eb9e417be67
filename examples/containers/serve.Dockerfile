# The command serve with all that it needs, for machines without a network. In the project's root:
#
#     docker build --file examples/containers/serve.Dockerfile --tag adapters-serve .
#     docker run --read-only --tmpfs /tmp --publish 8080:8080 --publish 8081:8081 \
#         --volume "$PWD/model:/model:ro" --volume "$PWD/adapters:/adapters:ro" adapters-serve

FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /project
COPY . .
RUN mvn --batch-mode --quiet -DskipTests package
# The first predictions unpack the native libraries, into folders for their user alone.
RUN printf 'id\ttext\n1\tWhere is my parcel?\n' > texts.tsv \
    && DJL_CACHE_DIR=/cache DJL_ADAPTERS_CACHE=/models java -jar examples/target/adapters.jar embed \
        --model builtin:all-MiniLM-L6-v2 --input texts.tsv --output vectors.safetensors \
    && chmod -R a+rX /cache

FROM eclipse-temurin:17-jre
COPY --from=build /project/examples/target/adapters.jar /opt/adapters/
COPY --from=build /project/examples/target/lib /opt/adapters/lib/
COPY --from=build /cache /opt/adapters/cache/
ENV DJL_CACHE_DIR=/opt/adapters/cache
# Nobody in particular: no home, and nothing that it may write but /tmp.
USER 10001:10001
EXPOSE 8080 8081
ENTRYPOINT ["java", "-Xmx256m", "-Duser.home=/tmp", "-jar", "/opt/adapters/adapters.jar", "serve", "--host", "0.0.0.0", \
    "--model", "/model", "--adapters", "/adapters"]
