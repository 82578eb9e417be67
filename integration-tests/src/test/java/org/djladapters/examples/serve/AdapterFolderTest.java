/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.djladapters.io.AtomicFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Adapters that come, change and go while a server runs. */
class AdapterFolderTest {

    private static final String LOST = "The folder of adapters is lost: ";
    private static final String[] TEXTS = {"the bill is wrong", "where is it", "hello", "a b c"};

    @TempDir private Path temporary;

    private Path folder;
    private Path first;
    private Path second;
    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        folder = Files.createDirectory(temporary.resolve("adapters"));
        first = RunningServer.classifier(temporary.resolve("first"), "a", "b");
        second = RunningServer.classifier(temporary.resolve("second"), "c", "d");
        server = new RunningServer(folder);
    }

    @AfterEach
    void nothingWentWrongInside() {
        server.close();
        assertThat(server.failures).isEmpty();
    }

    private void place(Path adapter, String name) throws IOException {
        RunningServer.copy(adapter, folder.resolve(name));
    }

    private List<String> listed() throws IOException {
        List<String> names = new ArrayList<>();
        for (JsonElement adapter :
                RunningServer.ok(server.send(server.get("/adapters"))).getAsJsonArray("adapters")) {
            JsonObject object = adapter.getAsJsonObject();
            names.add(object.get("name").getAsString() + " " + object.get("version").getAsInt());
        }
        return names;
    }

    private String reason(String name) throws IOException {
        for (JsonElement refused :
                RunningServer.ok(server.send(server.get("/adapters"))).getAsJsonArray("refused")) {
            if (refused.getAsJsonObject().get("name").getAsString().equals(name)) {
                return refused.getAsJsonObject().get("reason").getAsString();
            }
        }
        return null;
    }

    private int status(String adapter) throws IOException {
        return server.send(server.post(RunningServer.request(adapter, "a"))).statusCode();
    }

    private static String label(JsonObject answer) {
        return answer.getAsJsonArray("predictions")
                .get(0)
                .getAsJsonObject()
                .get("label")
                .getAsString();
    }

    @Test
    void aFolderCountsWhenItWasTheSameTwice() throws Exception {
        place(first, "x");
        server.folder.poll();
        assertThat(status("x")).isEqualTo(404);
        Files.writeString(folder.resolve("x").resolve("README.md"), "still being copied");
        server.folder.poll();
        assertThat(status("x")).isEqualTo(404);
        server.folder.poll();
        assertThat(label(server.predict("x", "a"))).isIn("a", "b");
        server.lookTwice();
        assertThat(listed()).containsExactly("x 1");
    }

    @Test
    void aChangedFolderBecomesTheNextVersion() throws Exception {
        place(first, "x");
        server.lookTwice();
        place(second, "x");
        server.folder.poll();
        assertThat(label(server.predict("x", "a"))).isIn("a", "b");
        server.folder.poll();

        JsonObject answer = server.predict("x", "a");
        assertThat(answer.get("version").getAsInt()).isEqualTo(2);
        assertThat(label(answer)).isIn("c", "d");
        assertThat(server.model.names()).containsExactly("x.v2");
        assertThat(server.said).hasSize(2).allMatch(line -> line.startsWith("Loaded adapter 'x'"));
    }

    @Test
    void aFolderThatIsGoneIsUnloadedAndMayComeBack() throws Exception {
        place(first, "x");
        place(second, "y");
        server.lookTwice();
        AtomicFiles.deleteTree(folder.resolve("x"));
        server.folder.poll();
        assertThat(status("x")).as("it may be being replaced").isEqualTo(200);
        server.folder.poll();
        assertThat(status("x")).isEqualTo(404);
        assertThat(status("y")).isEqualTo(200);
        assertThat(server.model.names()).containsExactly("y.v1");

        place(second, "x");
        server.lookTwice();
        assertThat(listed()).containsExactly("x 2", "y 1");
    }

    @Test
    void aDamagedOneIsRefusedAndTheVersionThatRunsGoesOn() throws Exception {
        place(first, "x");
        server.lookTwice();
        Path tensors = folder.resolve("x").resolve("adapter_model.safetensors");
        Files.write(tensors, new byte[100]);
        server.lookTwice();

        assertThat(server.predict("x", "a").get("version").getAsInt()).isEqualTo(1);
        assertThat(reason("x")).startsWith(Path.of("x", "adapter_model.safetensors") + ": ");
        assertThat(server.metric("adapters_failed_loads_total")).isEqualTo(1);
        server.lookTwice();
        assertThat(server.metric("adapters_failed_loads_total")).as("not tried again").isEqualTo(1);
        assertThat(server.said).last().asString().contains("the version that runs goes on");

        place(second, "x");
        server.lookTwice();
        assertThat(reason("x")).isNull();
        assertThat(label(server.predict("x", "a"))).isIn("c", "d");
    }

    @Test
    void whatIsNoAdapterOfThisModelIsRefusedWithAReason() throws Exception {
        Files.createDirectory(folder.resolve("empty"));
        Files.writeString(folder.resolve("file"), "");
        place(first, ".hidden");
        place(first, "not a name");
        place(first, "half");
        Files.delete(folder.resolve("half").resolve("adapter_model.safetensors"));
        place(first, "link");
        Files.createSymbolicLink(
                folder.resolve("link").resolve("nowhere"), temporary.resolve("nowhere"));
        server.lookTwice();

        assertThat(listed()).containsExactly("link 1");
        assertThat(reason("not a name")).contains("can't be the name of an adapter");
        assertThat(reason("half")).contains("adapter_model.safetensors", "is missing");
        JsonArray refused =
                RunningServer.ok(server.send(server.get("/adapters"))).getAsJsonArray("refused");
        assertThat(refused).hasSize(2);
        AtomicFiles.deleteTree(folder.resolve("half"));
        server.lookTwice();
        assertThat(reason("half")).isNull();
    }

    @Test
    void aFolderThatIsLostChangesNothing() throws Exception {
        place(first, "x");
        server.lookTwice();
        Path away = temporary.resolve("away");
        Files.move(folder, away);
        server.lookTwice();
        assertThat(server.folder.failure()).hasValue(LOST + folder + " is missing");
        Files.createDirectory(folder);
        server.lookTwice();
        assertThat(server.folder.failure())
                .hasValue(LOST + folder + ": an empty folder has taken its place");
        assertThat(status("x")).isEqualTo(200);
        assertThat(server.said).filteredOn(line -> line.startsWith(LOST)).hasSize(2);

        Files.delete(folder);
        Files.move(away, folder);
        server.lookTwice();
        assertThat(server.folder.failure()).isEmpty();
        assertThat(listed()).containsExactly("x 1");
    }

    @Test
    void everyReplyIsWhollyOfOneVersionAndNoneIsLost() throws Exception {
        place(first, "x");
        server.lookTwice();
        JsonElement odd = server.predict("x", TEXTS).get("predictions");
        place(second, "x");
        server.lookTwice();
        JsonElement even = server.predict("x", TEXTS).get("predictions");
        assertThat(odd).isNotEqualTo(even);

        AtomicBoolean ended = new AtomicBoolean();
        ExecutorService clients = Executors.newFixedThreadPool(4);
        List<Future<Integer>> answered = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            answered.add(
                    clients.submit(
                            () -> {
                                int last = 0;
                                while (!ended.get()) {
                                    JsonObject answer = server.predict("x", TEXTS);
                                    int version = answer.get("version").getAsInt();
                                    assertThat(version).isGreaterThanOrEqualTo(last);
                                    RunningServer.requireClose(
                                            answer.get("predictions"),
                                            version % 2 == 1 ? odd : even);
                                    last = version;
                                }
                                return last;
                            }));
        }
        for (int version = 3; version <= 40; version++) {
            place(version % 2 == 1 ? first : second, "x");
            server.lookTwice();
        }
        ended.set(true);
        for (Future<Integer> last : answered) {
            assertThat(last.get()).isGreaterThan(2);
        }
        clients.shutdown();
        server.folder.poll();
        assertThat(listed()).containsExactly("x 40");
        assertThat(server.model.names()).as("older versions are deleted").containsExactly("x.v40");
    }
}
