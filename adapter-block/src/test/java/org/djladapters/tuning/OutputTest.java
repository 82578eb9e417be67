/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.data.TextData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run does with what is where it is to save its adapter. */
class OutputTest {

    private static final String BERT = "tiny-bert";
    private static final long SEED = 7;

    @TempDir private static Path prepared;
    private static AdaptedModel model;
    private static TextData texts;

    @TempDir private Path folder;

    @BeforeAll
    static void trainAndInterrupt() throws IOException {
        model = Runs.open(BERT);
        texts = Runs.texts(prepared.resolve("train.tsv"), 12, "negative", "neutral", "positive");
        train(prepared.resolve("whole"), SEED, true, false, new Runs.Recorder());
        interrupt(prepared.resolve("same"), SEED);
        interrupt(prepared.resolve("other"), SEED + 1);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @ParameterizedTest(name = "{0}, unfinished run: {1}, overwrite: {2} -> {3}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # output                | unfinished run | overwrite | what happens
                    nothing                 | none           | no        | trains
                    nothing                 | none           | yes       | trains
                    nothing                 | same           | no        | goes on
                    nothing                 | same           | yes       | goes on
                    nothing                 | other          | no        | trains
                    nothing                 | other          | yes       | trains
                    empty folder            | none           | no        | trains
                    empty folder            | none           | yes       | trains
                    empty folder            | same           | no        | goes on
                    empty folder            | same           | yes       | goes on
                    empty folder            | other          | no        | trains
                    empty folder            | other          | yes       | trains
                    adapter                 | none           | no        | exists already and would be lost
                    adapter                 | same           | no        | exists already and would be lost
                    adapter                 | other          | no        | exists already and would be lost
                    adapter                 | none           | yes       | trains
                    adapter                 | same           | yes       | goes on
                    adapter                 | other          | yes       | trains
                    adapter and other files | none           | no        | is a folder with other files
                    adapter and other files | same           | yes       | is a folder with other files
                    other files             | none           | no        | is a folder with other files
                    other files             | none           | yes       | is a folder with other files
                    other files             | same           | no        | is a folder with other files
                    other files             | same           | yes       | is a folder with other files
                    file                    | none           | no        | is a file
                    file                    | same           | yes       | is a file
                    """)
    void isWrittenResumedOrRefused(
            String output, String unfinished, String overwrite, String outcome) throws IOException {
        for (boolean resume : List.of(true, false)) {
            Path place = Files.createDirectory(folder.resolve("resume " + resume));
            Path adapter = place.resolve("adapter");
            put(output, adapter);
            if (!unfinished.equals("none")) {
                copy(prepared.resolve(unfinished + ".partial"), partial(adapter));
            }
            Map<String, String> before = files(place);
            Runs.Recorder recorder = new Runs.Recorder();
            if (!List.of("trains", "goes on").contains(outcome)) {
                assertThatThrownBy(
                                () ->
                                        train(
                                                adapter,
                                                SEED,
                                                resume,
                                                overwrite.equals("yes"),
                                                recorder))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining(outcome);
                assertThat(files(place)).isEqualTo(before);
                assertThat(recorder.epochs).isEmpty();
                assertThat(model.names()).isEmpty();
            } else {
                train(adapter, SEED, resume, overwrite.equals("yes"), recorder);
                boolean goesOn = outcome.equals("goes on") && resume;
                assertThat(recorder.epochs).isEqualTo(goesOn ? List.of(2) : List.of(1, 2));
                assertThat(recorder.notes)
                        .as("what is not used is said")
                        .hasSize(unfinished.equals("none") ? 0 : 1);
                assertThat(weights(adapter)).isEqualTo(weights(prepared.resolve("whole")));
                assertThat(partial(adapter)).doesNotExist();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "empty",
                "cut in the header",
                "cut in the tensors",
                "longer",
                "a changed bit",
                "no safetensors",
                "no progress",
                "a broken progress",
                "an unknown best epoch",
                "a missing metric",
                "another type",
                "a missing parameter"
            })
    void startsAfreshAndSaysWhyWhereTheStateIsDamaged(String damage) throws IOException {
        Path adapter = folder.resolve("adapter");
        copy(prepared.resolve("same.partial"), partial(adapter));
        Path state = partial(adapter).resolve("state.safetensors");
        damage(state, damage);
        Runs.Recorder recorder = new Runs.Recorder();
        train(adapter, SEED, true, false, recorder);
        assertThat(recorder.notes)
                .singleElement()
                .asString()
                .startsWith(state.toString())
                .endsWith("; the run starts over and replaces it")
                .doesNotContain("Exception");
        assertThat(recorder.epochs).containsExactly(1, 2);
        assertThat(weights(adapter)).isEqualTo(weights(prepared.resolve("whole")));
    }

    private static void damage(Path state, String damage) throws IOException {
        byte[] bytes = Files.readAllBytes(state);
        switch (damage) {
            case "empty" -> Files.write(state, new byte[0]);
            case "cut in the header" -> Files.write(state, Arrays.copyOf(bytes, 100));
            case "cut in the tensors" ->
                    Files.write(state, Arrays.copyOf(bytes, bytes.length - 10));
            case "longer" -> Files.write(state, Arrays.copyOf(bytes, bytes.length + 10));
            case "a changed bit" -> {
                bytes[bytes.length - 3] ^= 1;
                Files.write(state, bytes);
            }
            case "no safetensors" -> Files.writeString(state, "something else");
            default -> rewrite(state, damage);
        }
    }

    private static void rewrite(Path state, String damage) throws IOException {
        try (NDManager scope = NDManager.newBaseManager("PyTorch")) {
            Map<String, NDArray> tensors;
            Map<String, String> texts;
            try (SafetensorsFile file = SafetensorsFile.open(state)) {
                tensors = new HashMap<>(file.readAll(scope));
                texts = new HashMap<>(file.metadata());
            }
            String progress = texts.get("progress");
            switch (damage) {
                case "no progress" -> texts.remove("progress");
                case "a broken progress" -> texts.put("progress", "{\"epoch\":");
                case "an unknown best epoch" ->
                        texts.put(
                                "progress",
                                progress.replaceAll("bestEpoch\":\\d+", "bestEpoch\":9"));
                case "a missing metric" ->
                        texts.put("progress", progress.replace("accuracy", "acuity"));
                case "another type" ->
                        tensors.replaceAll((name, array) -> array.toType(DataType.FLOAT64, true));
                case "a missing parameter" -> tensors.remove(tensors.keySet().iterator().next());
                default -> throw new IllegalArgumentException(damage);
            }
            SafetensorsFile.write(state, tensors, texts);
        }
    }

    @Test
    void isKeptFromASecondRunAtTheSameTime() throws IOException {
        Path adapter = folder.resolve("adapter");
        AtomicReference<Throwable> refusal = new AtomicReference<>();
        ProgressListener another =
                new ProgressListener() {
                    @Override
                    public void onEpoch(
                            int epoch, double loss, Map<String, Double> metrics, boolean best) {
                        try (AdaptedModel second = Runs.open(BERT)) {
                            builder(second, adapter, SEED).optOverwrite(true).build().run();
                        } catch (IOException e) {
                            refusal.set(e);
                        }
                    }
                };
        builder(model, adapter, SEED).optListener(another).build().run();
        model.delete("default");
        assertThat(refusal.get())
                .hasMessage(
                        "Output '%s' is in use by another run; wait until it has ended, or choose"
                                + " another folder",
                        adapter);
        assertThat(weights(adapter)).isEqualTo(weights(prepared.resolve("whole")));
        assertThat(files(folder).keySet()).allMatch(file -> file.startsWith("adapter/"));
    }

    @Test
    void isNotReplacedWhereItAppearsDuringTheRun() throws IOException {
        Path adapter = folder.resolve("adapter");
        ProgressListener other =
                new ProgressListener() {
                    @Override
                    public void onEpoch(
                            int epoch, double loss, Map<String, Double> metrics, boolean best) {
                        if (epoch == 2) {
                            put("adapter", adapter);
                        }
                    }
                };
        Map<String, String> others = files(prepared.resolve("whole"));
        assertThatThrownBy(() -> builder(model, adapter, SEED).optListener(other).build().run())
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(files(adapter)).isEqualTo(others);

        Runs.Recorder recorder = new Runs.Recorder();
        train(adapter, SEED, true, true, recorder);
        assertThat(recorder.epochs).as("nothing was lost").isEmpty();
    }

    @Test
    void keepsTheStateInsideWhereNothingCanBeWrittenBeside() throws IOException {
        Path parent = Files.createDirectory(folder.resolve("closed"));
        Path adapter = Files.createDirectory(parent.resolve("adapter"));
        assertThat(parent.toFile().setWritable(false)).isTrue();
        try {
            assumeThat(Files.isWritable(parent)).as("not root").isFalse();
            assertThatThrownBy(
                            () ->
                                    train(
                                            adapter,
                                            SEED,
                                            true,
                                            false,
                                            new Runs.Recorder().stopAt(2, 1)))
                    .isInstanceOf(Runs.StoppedException.class);
            Runs.Recorder recorder = new Runs.Recorder();
            train(adapter, SEED, true, false, recorder);
            assertThat(recorder.epochs).containsExactly(2);
            assertThat(files(adapter).keySet())
                    .isEqualTo(files(prepared.resolve("whole")).keySet());
        } finally {
            assertThat(parent.toFile().setWritable(true)).isTrue();
        }
    }

    @Test
    void followsALink() throws IOException {
        Path real = Files.createDirectory(folder.resolve("real"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        train(link, SEED, true, false, new Runs.Recorder());
        assertThat(link).isSymbolicLink();
        assertThat(weights(real)).isEqualTo(weights(prepared.resolve("whole")));
    }

    private static Path partial(Path adapter) {
        return adapter.resolveSibling(adapter.getFileName() + ".partial");
    }

    private static void put(String what, Path place) {
        try {
            switch (what) {
                case "empty folder" -> Files.createDirectory(place);
                case "adapter" -> copy(prepared.resolve("whole"), place);
                case "adapter and other files" -> {
                    copy(prepared.resolve("whole"), place);
                    Files.writeString(place.resolve("thoughts.txt"), "mine");
                }
                case "other files" ->
                        Files.writeString(
                                Files.createDirectory(place).resolve("thoughts.txt"), "mine");
                case "file" -> Files.writeString(place, "mine");
                default -> assertThat(what).isEqualTo("nothing");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void interrupt(Path adapter, long seed) {
        assertThatThrownBy(
                        () -> train(adapter, seed, true, false, new Runs.Recorder().stopAt(2, 1)))
                .isInstanceOf(Runs.StoppedException.class);
    }

    private static void train(
            Path adapter, long seed, boolean resume, boolean overwrite, Runs.Recorder recorder)
            throws IOException {
        builder(model, adapter, seed)
                .optResume(resume)
                .optOverwrite(overwrite)
                .optListener(recorder)
                .build()
                .run();
        model.delete("default");
    }

    private static FineTuner.Builder builder(AdaptedModel model, Path adapter, long seed) {
        return Runs.builder(model, BERT, texts, texts, adapter)
                .setConfig(BaselineConfig.head())
                .optEpochs(2)
                .optSeed(seed);
    }

    private static String weights(Path adapter) throws IOException {
        return Files.readString(
                adapter.resolve("adapter_model.safetensors"), StandardCharsets.ISO_8859_1);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    /** The contents of all files by their paths. */
    private static Map<String, String> files(Path root) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(
                        root.relativize(file).toString(),
                        Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return contents;
    }
}
