/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.util.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubClientTest {

    private static final String ID = "acme/tiny";
    private static final String WEIGHTS = "model.safetensors";

    @TempDir private Path folder;

    private final Map<String, String> variables = new HashMap<>();
    private FakeHub hub;

    @BeforeEach
    void start() throws IOException {
        hub = new FakeHub();
        variables.put("HF_ENDPOINT", hub.url());
        variables.put("HF_HUB_CACHE", folder.resolve("hub").toString());
        variables.put("HF_TOKEN_PATH", folder.resolve("token").toString());
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private HubClient client() {
        HubSettings settings = HubSettings.of(variables);
        return new HubClient(settings.with(settings.timeout(), Duration.ofMillis(1)));
    }

    private Path fetch(String repository) throws IOException {
        return fetch(repository, NeededFiles.MODEL);
    }

    private Path fetch(String repository, NeededFiles needed) throws IOException {
        return client().fetch(HubRepository.parse("hf://" + repository), needed, null);
    }

    private void assertRefused(String repository, String... words) {
        assertThatThrownBy(() -> fetch(repository))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(words)
                .message()
                .doesNotEndWith(".")
                .doesNotContain("\n");
    }

    private Path repositoryFolder() {
        return folder.resolve("hub/models--acme--tiny");
    }

    @Test
    void bringsAModelIntoACacheThatLooksAsHuggingFacesDoes() throws IOException {
        FakeHub.Repository repository = hub.checkpoint(ID).file("1_Pooling/config.json", "{}");

        Path snapshot = fetch(ID);

        assertThat(snapshot)
                .isEqualTo(repositoryFolder().resolve("snapshots").resolve(repository.commit()));
        assertThat(snapshot.resolve(WEIGHTS)).hasBinaryContent(FakeHub.bytes(100_000));
        assertThat(Files.readSymbolicLink(snapshot.resolve(WEIGHTS)))
                .isEqualTo(Path.of("../../blobs", repository.etag(WEIGHTS)));
        assertThat(Files.readSymbolicLink(snapshot.resolve("1_Pooling/config.json")))
                .isEqualTo(Path.of("../../../blobs", repository.etag("1_Pooling/config.json")));
        assertThat(repositoryFolder().resolve("refs/main")).hasContent(repository.commit());
        assertThat(folder.resolve("hub/.locks/models--acme--tiny"))
                .isDirectoryContaining("glob:**/" + repository.etag(WEIGHTS) + ".lock");
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.matches(".*\\.(incomplete|tmp).*"));
        }
    }

    @Test
    void asksOnlyForTheCommitOnceTheFilesAreThere() throws IOException {
        hub.checkpoint(ID);
        fetch(ID);
        hub.requests().clear();

        fetch(ID);

        assertThat(hub.requests()).containsExactly("GET /api/models/acme/tiny/revision/main");
    }

    @Test
    void asksNothingForACommitThatIsThere() throws IOException {
        String commit = hub.checkpoint(ID).commit();
        Path first = fetch(ID + "@" + commit);
        hub.requests().clear();

        assertThat(fetch(ID + "@" + commit)).isEqualTo(first);
        assertThat(hub.requests()).isEmpty();
    }

    @Test
    void takesBranchesWithSlashes() throws IOException {
        String commit = hub.checkpoint(ID).revision("refs/pr/1").commit();

        assertThat(fetch(ID + "@refs/pr/1")).endsWith(Path.of(commit));
        assertThat(repositoryFolder().resolve("refs/refs/pr/1")).hasContent(commit);
    }

    @Test
    void takesOldRepositoriesWithoutAnOrganization() throws IOException {
        hub.checkpoint("gpt2");

        assertThat(fetch("gpt2").toString()).contains("models--gpt2");
    }

    @Test
    void usesWhatPythonHasFetched() throws IOException {
        FakeHub.Repository repository = hub.checkpoint(ID);
        Path snapshot = repositoryFolder().resolve("snapshots").resolve(repository.commit());
        Path blobs = Files.createDirectories(repositoryFolder().resolve("blobs"));
        Files.createDirectories(snapshot);
        Files.write(blobs.resolve(repository.etag(WEIGHTS)), FakeHub.bytes(100_000));
        Files.createSymbolicLink(
                snapshot.resolve(WEIGHTS), Path.of("../../blobs", repository.etag(WEIGHTS)));

        fetch(ID);

        assertThat(hub.fetched()).containsExactlyInAnyOrder("config.json", "tokenizer.json");
    }

    @Test
    void asksForWhatOthersLeftOutOfACommit() throws IOException {
        String commit = hub.checkpoint(ID).commit();
        Path first = fetch(ID);
        Files.delete(first.resolve("tokenizer.json"));

        assertThat(fetch(ID + "@" + commit).resolve("tokenizer.json")).exists();
    }

    @Test
    void usesABlobOfAnotherCommit() throws IOException {
        FakeHub.Repository repository = hub.checkpoint(ID);
        Path blobs = Files.createDirectories(repositoryFolder().resolve("blobs"));
        Files.write(blobs.resolve(repository.etag(WEIGHTS)), FakeHub.bytes(100_000));

        assertThat(fetch(ID).resolve(WEIGHTS)).isSymbolicLink().isRegularFile();
        assertThat(hub.downloads(WEIGHTS)).isZero();
    }

    @Test
    void sendsTheTokenToTheHubAndNotToTheStorage() throws IOException {
        variables.put("HF_TOKEN", "hf_secret");
        hub.checkpoint(ID);

        fetch(ID);

        assertThat(hub.tokens()).isNotEmpty().containsOnly("Bearer hf_secret");
        assertThat(hub.storageTokens()).isNotEmpty().containsOnly("null");
    }

    @Test
    void readsTheTokenOfAnEarlierLogin() throws IOException {
        Files.writeString(folder.resolve("token"), "hf_filed\n");
        hub.checkpoint(ID);

        fetch(ID);

        assertThat(hub.tokens()).containsOnly("Bearer hf_filed");
    }

    @Test
    void followsARenamedRepositoryWithTheToken() throws IOException {
        variables.put("HF_TOKEN", "hf_secret");
        hub.checkpoint(ID);
        hub.trick(
                "/revision/old",
                (exchange, content) -> {
                    exchange.getResponseHeaders()
                            .set("Location", "/api/models/acme/tiny/revision/main");
                    exchange.sendResponseHeaders(307, -1);
                    return true;
                });

        fetch(ID + "@old");

        assertThat(hub.requests().get(1)).isEqualTo("GET /api/models/acme/tiny/revision/main");
        assertThat(hub.tokens().get(1)).isEqualTo("Bearer hf_secret");
    }

    @Test
    void continuesWhereAConnectionBroke() throws IOException {
        hub.checkpoint(ID);
        AtomicBoolean broken = new AtomicBoolean();
        hub.trick(
                "storage/acme/tiny/resolve/" + hub.repository(ID).commit() + "/" + WEIGHTS,
                (exchange, content) ->
                        !broken.getAndSet(true) && FakeHub.breakOff(exchange, content));

        assertThat(fetch(ID).resolve(WEIGHTS)).hasBinaryContent(FakeHub.bytes(100_000));
        assertThat(hub.requests())
                .anyMatch(r -> r.startsWith("GET /storage") && r.matches(".* bytes=\\d+-"));
    }

    @Test
    void continuesWhereAnotherProcessEnded() throws IOException {
        FakeHub.Repository repository = hub.checkpoint(ID);
        Path blobs = Files.createDirectories(repositoryFolder().resolve("blobs"));
        Files.write(
                blobs.resolve(repository.etag(WEIGHTS) + ".incomplete"),
                Arrays.copyOf(FakeHub.bytes(100_000), 60_000));

        assertThat(fetch(ID).resolve(WEIGHTS)).hasBinaryContent(FakeHub.bytes(100_000));
        assertThat(hub.requests()).anyMatch(r -> r.endsWith(WEIGHTS + " bytes=60000-"));
    }

    @Test
    void startsOverWhereTheServerKnowsNoRanges() throws IOException {
        FakeHub.Repository repository = hub.checkpoint(ID);
        Path blobs = Files.createDirectories(repositoryFolder().resolve("blobs"));
        Files.write(
                blobs.resolve(repository.etag(WEIGHTS) + ".incomplete"),
                Arrays.copyOf(FakeHub.bytes(100_000), 60_000));
        hub.forgetRanges();

        assertThat(fetch(ID).resolve(WEIGHTS)).hasBinaryContent(FakeHub.bytes(100_000));
        assertThat(hub.downloads(WEIGHTS)).isEqualTo(1);
    }

    @Test
    void startsOverWhereWhatAnEarlierProcessLeftWasDamaged() throws IOException {
        FakeHub.Repository repository = hub.checkpoint(ID);
        Path blobs = Files.createDirectories(repositoryFolder().resolve("blobs"));
        Files.write(blobs.resolve(repository.etag(WEIGHTS) + ".incomplete"), new byte[60_000]);

        assertThat(fetch(ID).resolve(WEIGHTS)).hasBinaryContent(FakeHub.bytes(100_000));
    }

    @Test
    void keepsWhatHasComeWhenTheConnectionBreaksAgainAndAgain() throws IOException {
        FakeHub.Repository repository = hub.checkpoint(ID);
        hub.trick(
                "tiny/resolve/" + repository.commit() + "/" + WEIGHTS,
                (exchange, content) ->
                        exchange.getRequestURI().getPath().startsWith("/storage")
                                && FakeHub.breakOff(exchange, content));

        assertRefused(ID, WEIGHTS, "hf://acme/tiny", "run it again", "bytes that are there");
        assertThat(repositoryFolder().resolve("blobs"))
                .isDirectoryContaining("glob:**/" + repository.etag(WEIGHTS) + ".incomplete");
        assertThat(repositoryFolder().resolve("refs/main")).doesNotExist();
    }

    @Test
    void refusesContentThatIsNotWhatTheHubSays() throws IOException {
        FakeHub.Repository repository = hub.checkpoint(ID);
        hub.trick(WEIGHTS, changed(content -> content[7]++));

        assertRefused(ID, WEIGHTS, "other content", repository.etag(WEIGHTS), "try again");
        assertNoBlob(repository, WEIGHTS);
    }

    @Test
    void refusesSmallFilesThatAreNotWhatTheHubSays() throws IOException {
        FakeHub.Repository repository = hub.checkpoint(ID);
        hub.trick("tokenizer.json", changed(content -> content[0] = '['));

        assertRefused(ID, "tokenizer.json", "other content");
        assertNoBlob(repository, "tokenizer.json");
    }

    /** Sends other bytes of the same number. */
    private FakeHub.Trick changed(Consumer<byte[]> change) {
        return (exchange, content) -> {
            boolean storage = !exchange.getResponseHeaders().containsKey("Location");
            if (exchange.getRequestMethod().equals("GET") && storage) {
                byte[] other = content.clone();
                change.accept(other);
                hub.send(exchange, other);
                return true;
            }
            return false;
        };
    }

    private void assertNoBlob(FakeHub.Repository repository, String name) {
        Path blob = repositoryFolder().resolve("blobs").resolve(repository.etag(name));
        assertThat(blob).doesNotExist();
        assertThat(blob.resolveSibling(blob.getFileName() + ".incomplete")).doesNotExist();
    }

    @Test
    void refusesAFileThatIsTooShort() throws IOException {
        FakeHub.Repository repository = hub.checkpoint(ID);
        hub.trick(WEIGHTS, resized(99_999));

        assertRefused(ID, WEIGHTS, "99999 of 100000 bytes");
        assertNoBlob(repository, WEIGHTS);
    }

    @Test
    void refusesAFileThatIsTooLong() throws IOException {
        hub.checkpoint(ID);
        hub.trick(WEIGHTS, resized(100_001));

        assertRefused(ID, WEIGHTS, "more than its 100000 bytes");
    }

    private FakeHub.Trick resized(int length) {
        return (exchange, content) -> {
            if (exchange.getRequestURI().getPath().startsWith("/storage")) {
                hub.send(exchange, Arrays.copyOf(content, length));
                return true;
            }
            return false;
        };
    }

    @Test
    void doesNotWaitForEverForASilentServer() throws IOException {
        hub.checkpoint(ID);
        hub.trick(WEIGHTS, (exchange, content) -> hub.beSilent());
        HubSettings settings =
                HubSettings.of(variables).with(Duration.ofMillis(50), Duration.ofMillis(1));

        assertThatThrownBy(
                        () ->
                                new HubClient(settings)
                                        .fetch(
                                                HubRepository.parse("hf://" + ID),
                                                NeededFiles.MODEL,
                                                null))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(WEIGHTS, "silent", "HF_HUB_DOWNLOAD_TIMEOUT");
    }

    @Test
    void doesNotWaitForEverInTheMiddleOfAFile() throws IOException {
        hub.checkpoint(ID);
        hub.trick(
                WEIGHTS,
                (exchange, content) ->
                        exchange.getRequestURI().getPath().startsWith("/storage")
                                && FakeHub.breakOff(exchange, content)
                                && hub.beSilent());
        HubSettings settings =
                HubSettings.of(variables).with(Duration.ofMillis(100), Duration.ofMillis(1));

        assertThatThrownBy(
                        () ->
                                new HubClient(settings)
                                        .fetch(
                                                HubRepository.parse("hf://" + ID),
                                                NeededFiles.MODEL,
                                                null))
                .hasMessageContainingAll(WEIGHTS, "silent", "bytes that are there");
    }

    @Test
    void triesAgainWhenTheHubIsInTrouble() throws IOException {
        hub.checkpoint(ID);
        AtomicBoolean troubled = new AtomicBoolean();
        hub.trick(
                "/revision/main",
                (exchange, content) -> {
                    if (troubled.getAndSet(true)) {
                        return false;
                    }
                    exchange.sendResponseHeaders(503, -1);
                    return true;
                });

        assertThat(fetch(ID).resolve(WEIGHTS)).exists();
    }

    @Test
    void usesWhatIsThereWhenTheHubIsInTroubleForLong() throws IOException {
        hub.checkpoint(ID);
        Path earlier = fetch(ID);
        hub.refuse("/revision/main", 502, "");

        assertThat(fetch(ID)).isEqualTo(earlier);
    }

    @Test
    void usesWhatIsThereWithoutANetwork() throws IOException {
        hub.checkpoint(ID);
        Path earlier = fetch(ID);
        hub.close();

        assertThat(fetch(ID)).isEqualTo(earlier);
    }

    @Test
    void saysWhatToDoWithoutANetworkAndACopy() {
        hub.close();

        assertRefused(ID, hub.url(), "no connection", "check the network", "HF_ENDPOINT");
    }

    @Test
    void makesNoConnectionInOfflineMode() throws IOException {
        hub.checkpoint(ID);
        Path earlier = fetch(ID);
        hub.requests().clear();
        variables.put("HF_HUB_OFFLINE", "yes");

        assertThat(fetch(ID)).isEqualTo(earlier);
        assertRefused("acme/other", "offline mode is on", "HF_HUB_OFFLINE");
        assertThat(hub.requests()).isEmpty();
    }

    @Test
    void takesAHalfFetchedModelForNoneInOfflineMode() throws IOException {
        hub.checkpoint(ID);
        Files.delete(fetch(ID).resolve(WEIGHTS));
        variables.put("HF_HUB_OFFLINE", "1");

        assertRefused(ID, "not whole", "offline mode");
    }

    @Test
    void tellsHowToHaveAGatedModel() throws IOException {
        hub.checkpoint(ID);
        hub.refuse("config.json", 401, "GatedRepo");
        assertRefused(
                ID,
                "gated",
                "accept its conditions at " + hub.url() + "/acme/tiny",
                "set HF_TOKEN");

        variables.put("HF_TOKEN", "hf_of_another_account");
        hub.refuse("config.json", 403, "GatedRepo");
        assertRefused(ID, "gated", "check that HF_TOKEN");
    }

    @Test
    void tellsWhatIsMissing() throws IOException {
        hub.checkpoint(ID);
        assertRefused("acme/absent", "no such repository, or it is private", "set HF_TOKEN");
        assertRefused(ID + "@absent", "no revision 'absent'", "a branch, a tag or a commit");

        variables.put("HF_TOKEN", "hf_secret");
        assertRefused("acme/absent", "no such repository", "the account of the token");

        hub.repository(ID).listed("vocab.txt");
        assertRefused(ID, "'vocab.txt'", "does not have it");
    }

    @Test
    void tellsOfATokenThatIsNoLongerValid() throws IOException {
        variables.put("HF_TOKEN", "hf_old");
        hub.trick(
                "/revision/main",
                (exchange, content) -> {
                    exchange.getResponseHeaders()
                            .set("X-Error-Message", "Invalid credentials in Authorization header");
                    exchange.sendResponseHeaders(401, -1);
                    return true;
                });

        assertRefused(ID, "does not accept the token", hub.url() + "/settings/tokens");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"sha\": \"main\"}",
                "[1]",
                "{\"sha\": \"0123456789012345678901234567890123456789\", \"siblings\": {}}"
            })
    void refusesWhatIsNoHub(String answer) throws IOException {
        answer(answer);

        assertRefused(ID, "tells no commit", "HF_ENDPOINT");
    }

    @Test
    void refusesAFileWithoutAName() throws IOException {
        answer("{\"sha\": \"0123456789012345678901234567890123456789\", \"siblings\": [{}]}");

        assertRefused(ID, "lists a file without a name", "HF_ENDPOINT");
    }

    private void answer(String answer) {
        hub.trick(
                "/revision/main",
                (exchange, content) -> {
                    hub.send(exchange, answer.getBytes(UTF_8));
                    return true;
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../config.json", "/etc/config.json", "a/../../b", "a\\b", "C:x", "a\u0007"})
    void refusesNamesThatLeadOutOfTheFolder(String name) throws IOException {
        hub.checkpoint(ID).listed(name);

        assertRefused(ID, "name could lead out of its folder");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void fetchesOnlyWhatIsNeeded() throws IOException {
        hub.checkpoint(ID)
                .file("README.md", "A model")
                .file("modules.json", "[]")
                .file("1_Pooling/config.json", "{}")
                .file("onnx/config.json", "{}")
                .file("onnx/model.onnx", "x")
                .file("openvino/openvino_model.xml", "x")
                .file("pytorch_model.bin", "x")
                .file("tf_model.h5", "x")
                .file("flax_model.msgpack", "x")
                .file("model.safetensors.index.json", "{}")
                .file("data_config.json", "{}")
                .file("serving.properties", "")
                .file(".gitattributes", "");

        fetch(ID);

        assertThat(hub.fetched().stream().distinct())
                .containsExactlyInAnyOrder(
                        "1_Pooling/config.json",
                        "README.md",
                        "config.json",
                        "modules.json",
                        "tokenizer.json",
                        WEIGHTS);
    }

    @Test
    void fetchesTheShardsThatTheIndexNames() throws IOException {
        hub.repository(ID)
                .file("config.json", "{}")
                .file(
                        "model.safetensors.index.json",
                        """
                        {"weight_map": {"a": "model-1-of-2.safetensors", "b": "model-2-of-2.safetensors",
                        "c": "model-1-of-2.safetensors"}}
                        """)
                .large("model-1-of-2.safetensors", FakeHub.bytes(10))
                .large("model-2-of-2.safetensors", FakeHub.bytes(20))
                .large("model-fp16.safetensors", FakeHub.bytes(30));

        Path snapshot = fetch(ID);

        assertThat(snapshot.resolve("model-1-of-2.safetensors")).hasSize(10);
        assertThat(snapshot.resolve("model-2-of-2.safetensors")).hasSize(20);
        assertThat(snapshot.resolve("model-fp16.safetensors")).doesNotExist();

        Files.delete(snapshot.resolve("model-2-of-2.safetensors"));
        variables.put("HF_HUB_OFFLINE", "1");
        assertRefused(ID, "not whole");
    }

    @Test
    void refusesAnIndexThatNamesWhatIsNotThere() throws IOException {
        hub.repository(ID)
                .file("config.json", "{}")
                .file("model.safetensors.index.json", "{\"weight_map\": {\"a\": \"../x\"}}");

        assertRefused(ID, "model.safetensors.index.json", "../x");

        hub.repository("acme/other")
                .file("config.json", "{}")
                .file(
                        "model.safetensors.index.json",
                        "{\"weight_map\": {\"a\": \"model-9.safetensors\"}}");
        assertRefused("acme/other", "'model-9.safetensors'", "does not have");
    }

    @Test
    void fetchesTheExportOfARepositoryThatHoldsBoth() throws IOException {
        hub.checkpoint(ID)
                .file("serving.properties", "option.modelName=tiny")
                .file("optimizer.pt", "x")
                .large("tiny.pt", FakeHub.bytes(10));

        assertThat(fetch(ID).resolve("tiny.pt")).hasSize(10);
        assertThat(hub.fetched()).doesNotContain("optimizer.pt", WEIGHTS);
    }

    @Test
    void refusesPickles() throws IOException {
        hub.repository(ID).file("config.json", "{}").file("pytorch_model.bin", "x");
        assertRefused(ID, "pickle", "pytorch_model.bin", "run any code", "safe_serialization=True");

        hub.repository("acme/adapter")
                .file("adapter_config.json", "{}")
                .file("adapter_model.bin", "x");
        assertThatThrownBy(() -> fetch("acme/adapter", NeededFiles.ADAPTER))
                .hasMessageContainingAll("pickle", "adapter_model.bin");
        assertThat(hub.fetched()).isEmpty();
    }

    @Test
    void fetchesAnAdapter() throws IOException {
        hub.repository("acme/adapter")
                .file("adapter_config.json", "{}")
                .large("adapter_model.safetensors", FakeHub.bytes(10))
                .file("tokenizer.json", "{}")
                .file("optimizer.pt", "x")
                .file("checkpoint-100/adapter_model.safetensors", "x");

        Path snapshot = fetch("acme/adapter", NeededFiles.ADAPTER);

        assertThat(snapshot.resolve("adapter_model.safetensors")).hasSize(10);
        assertThat(hub.fetched().stream().distinct())
                .containsExactlyInAnyOrder("adapter_config.json", "adapter_model.safetensors");
    }

    @Test
    void tellsAModelFromAnAdapter() throws IOException {
        hub.checkpoint(ID);
        hub.repository("acme/adapter")
                .file("adapter_config.json", "{}")
                .large("adapter_model.safetensors", FakeHub.bytes(10));

        assertRefused("acme/adapter", "holds an adapter, no model");
        assertThatThrownBy(() -> fetch(ID, NeededFiles.ADAPTER))
                .hasMessageContaining("holds a model, no adapter");
    }

    @Test
    void severalThreadsFetchAFileOnce() throws Exception {
        hub.checkpoint(ID);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Path> work = () -> fetch(ID);
            List<Future<Path>> all = threads.invokeAll(List.of(work, work, work, work));
            for (Future<Path> one : all) {
                assertThat(one.get().resolve(WEIGHTS)).hasBinaryContent(FakeHub.bytes(100_000));
            }
        } finally {
            threads.shutdown();
        }
        assertThat(hub.downloads(WEIGHTS)).isEqualTo(1);
        assertThat(hub.downloads("tokenizer.json")).isEqualTo(1);
    }

    @Test
    void tellsWhereTheCacheCanNotBeWritten() throws IOException {
        hub.checkpoint(ID);
        Files.writeString(folder.resolve("file"), "no folder");
        variables.put("HF_HUB_CACHE", folder.resolve("file").toString());

        assertRefused(ID, "file", "can't be written to", "HF_HUB_CACHE");
    }

    @Test
    void tellsWhereThereIsNoRoom() throws IOException {
        hub.checkpoint(ID);
        hub.trick(
                WEIGHTS,
                (exchange, content) -> {
                    exchange.getResponseHeaders().set("X-Linked-Size", "100000000000000000");
                    return false;
                });

        assertRefused(ID, WEIGHTS, "no room", "free some space", "HF_HUB_CACHE");
    }

    @Test
    void showsHowMuchHasCome() throws IOException {
        hub.checkpoint(ID);
        List<String> shown = new ArrayList<>();

        client().fetch(HubRepository.parse("hf://" + ID), NeededFiles.MODEL, recorder(shown));
        assertThat(shown).contains("model.safetensors of 100000", "100000", "end");

        shown.clear();
        client().fetch(HubRepository.parse("hf://" + ID), NeededFiles.MODEL, recorder(shown));
        assertThat(shown).containsExactly("end");
    }

    private static Progress recorder(List<String> shown) {
        return new Progress() {

            private long done;

            @Override
            public void reset(String message, long max, String trailingMessage) {
                shown.add(message + " of " + max);
            }

            @Override
            public void start(long initialProgress) {
                done = initialProgress;
            }

            @Override
            public void end() {
                shown.add("end");
            }

            @Override
            public void increment(long increment) {
                update(done + increment, null);
            }

            @Override
            public void update(long progress, String additionalMessage) {
                done = progress;
                shown.add("" + progress);
            }
        };
    }
}
