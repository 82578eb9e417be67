# DJL Serving with this library, for machines without a network. In the project's root, after
#
#     java -jar examples/target/adapters.jar publish --model M --adapters adapters --serving home
#
# has made the model store home/models (see examples/docs/djl-serving.md):
#
#     docker build --file examples/containers/djl-serving.Dockerfile --tag adapters-djl-serving .
#     docker run --read-only --tmpfs /tmp --publish 8080:8080 --volume "$PWD/home/models:/opt/ml/model:ro" \
#         adapters-djl-serving

FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /project
COPY . .
RUN mvn --batch-mode --quiet -DskipTests package
# Writes the jars that the server does not have, and unpacks the native libraries, into folders for their user alone.
RUN mkdir none && DJL_CACHE_DIR=/cache DJL_ADAPTERS_CACHE=/models java -jar examples/target/adapters.jar publish \
        --model builtin:all-MiniLM-L6-v2 --adapters none --serving home \
    && cp examples/target/lib/pytorch-native-cpu-*.jar examples/target/lib/pytorch-jni-*.jar home/deps \
    && chmod -R a+rX /cache

FROM deepjavalibrary/djl-serving:0.36.0-cpu
COPY --from=build /project/home/deps /opt/djl/deps/
COPY --from=build /cache /opt/djl/cache/
ENV DJL_CACHE_DIR=/opt/djl/cache \
    OMP_WAIT_POLICY=PASSIVE \
    GOMP_SPINCOUNT=3000 \
    LRU_CACHE_CAPACITY=64 \
    ONEDNN_PRIMITIVE_CACHE_CAPACITY=64 \
    JAVA_OPTS="-Xmx512m -XX:+ExitOnOutOfMemoryError -Duser.home=/tmp"
USER 10001:10001
