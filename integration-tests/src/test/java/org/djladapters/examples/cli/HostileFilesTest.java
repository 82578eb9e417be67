/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.djladapters.io.JsonFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What strangers can put into the folders that commands are given. */
class HostileFilesTest {

    /** Clears the screen, deletes, escapes again, and turns the direction. */
    private static final String ESCAPE = "\u001B[2J\b\u009B\u202E";

    private static final String SHOWN = "?[2J???";

    @TempDir Path folder;

    /** A copy of a folder in which everything may be changed. */
    private Path copy(Path original, String name) throws IOException {
        Path copy = Files.createDirectory(folder.resolve(name));
        try (Stream<Path> files = Files.list(original)) {
            for (Path file : files.toList()) {
                Files.write(copy.resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
        return copy;
    }

    private Path tuned() throws IOException {
        Path adapter = folder.resolve("adapter");
        Run run = Run.of(Samples.finetune("tiny-bert", folder, adapter).toArray());
        assertThat(run.status()).as(String.join("\n", run.err())).isZero();
        return adapter;
    }

    private static List<String> printed(Run run) {
        List<String> lines = new ArrayList<>(run.out());
        lines.addAll(run.err());
        assertThat(lines).allMatch(line -> line.equals(PlainText.line(line)));
        return lines;
    }

    private static void requireOneSentence(Run run, String... parts) {
        assertThat(run.status()).isNotZero();
        assertThat(printed(run)).singleElement().asString().contains(parts);
    }

    @Test
    void namesThatCommandATerminalAreShownWithoutTheirCommands() throws Exception {
        Path model = Samples.model("tiny-bert");
        requireOneSentence(
                Run.of("inspect", "--model", model, "--targets-regex", "x" + ESCAPE), SHOWN);
        requireOneSentence(Run.of("inspect", "--model", folder.resolve("a" + ESCAPE)), "a" + SHOWN);
        requireOneSentence(Run.of("inspect", "--model", model, "--x" + ESCAPE), SHOWN);

        Path adapter = tuned();
        Files.writeString(adapter.resolve("labels.json"), "[\"\\u001b[2J\", \"b\\u202e\", \"c\"]");
        Path data =
                Samples.write(
                        folder.resolve("data.tsv"),
                        "label\tsentence1",
                        "other" + ESCAPE + "\tA sentence.");
        Run run = Run.of("evaluate", "--model", model, "--adapter", adapter, "--data", data);
        assertThat(run.status()).isNotZero();
        assertThat(printed(run)).singleElement().asString().contains("?[2J");
    }

    @Test
    void aTensorsNameIsShownWithoutItsCommands() throws Exception {
        Path adapter = tuned();
        Path tensors = adapter.resolve("adapter_model.safetensors");
        String header =
                "{\"\\u001b[2Jx\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
        byte[] bytes = new byte[8 + header.length() + 4];
        bytes[0] = (byte) header.length();
        System.arraycopy(header.getBytes(StandardCharsets.US_ASCII), 0, bytes, 8, header.length());
        Files.write(tensors, bytes);
        Run run =
                Run.of(
                        "convert",
                        "--model",
                        Samples.model("tiny-bert"),
                        "--adapter",
                        adapter,
                        "--output",
                        folder.resolve("converted"));
        assertThat(run.status()).isNotZero();
        assertThat(printed(run)).singleElement().asString().contains("adapter_model.safetensors");
    }

    @Test
    void linksAreNotFollowedToWhatIsPassedOn() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "[\"of\", \"mine\"]");
        Path adapter = tuned();
        Path labels = adapter.resolve("labels.json");
        Files.delete(labels);
        Files.createSymbolicLink(labels, secret);
        Path model = copy(Samples.model("tiny-bert"), "model");
        Path output = folder.resolve("output");
        List<Object> both = List.of("--model", model, "--adapter", adapter, "--output", output);
        for (String command : List.of("convert", "merge")) {
            requireOneSentence(
                    Run.of(Stream.concat(Stream.of(command), both.stream()).toArray()),
                    labels + ": is a link to what is not in its folder");
        }
        List<Object> place =
                List.of(
                        "--repository",
                        output,
                        "--group",
                        "org.example",
                        "--artifact",
                        "a",
                        "--version",
                        "1");
        requireOneSentence(
                Run.of(
                        Stream.concat(Stream.of("publish", "--adapter", adapter), place.stream())
                                .toArray()),
                labels + ": is a link to what is not in its folder");

        Files.delete(labels);
        Path config = model.resolve("config.json");
        Path moved = Files.move(config, folder.resolve("config"));
        Files.createSymbolicLink(config, moved);
        requireOneSentence(
                Run.of(Stream.concat(Stream.of("merge"), both.stream()).toArray()),
                config + ": is a link to what is not in its folder");
        requireOneSentence(
                Run.of(
                        Stream.concat(Stream.of("publish", "--model", model), place.stream())
                                .toArray()),
                config + ": is a link to what is not in its folder");
        assertThat(output).doesNotExist();
        assertThat(Run.of("inspect", "--model", model).status()).isZero();
    }

    @Test
    void expressionsOfAConfigurationThatBacktrackAreAnswered() throws Exception {
        Path adapter = tuned();
        Path file = adapter.resolve("adapter_config.json");
        JsonObject config = JsonFiles.read(file).getAsJsonObject();
        Path model = Samples.model("tiny-bert");
        Path data = Samples.dev(folder);
        for (String hostile : List.of("((.*)*)*x", "(?:(?:|.)*)*z", "((a|aa)+)+")) {
            config.add("target_modules", new JsonPrimitive(hostile));
            Files.writeString(file, JsonFiles.text(config));
            Run run = Run.of("evaluate", "--model", model, "--adapter", adapter, "--data", data);
            requireOneSentence(run, "adapter_config.json", hostile);
        }
        config.add("target_modules", new JsonPrimitive("(?>a)"));
        Files.writeString(file, JsonFiles.text(config));
        requireOneSentence(
                Run.of("evaluate", "--model", model, "--adapter", adapter, "--data", data),
                file + ": '(?>a)' has an atomic group (?>…), which is not supported");
    }

    @Test
    void aTokenizerThatWouldEndTheMachineIsRefused() throws Exception {
        Path model = copy(Samples.model("tiny-bert"), "model");
        Path tokenizer = model.resolve("tokenizer.json");
        JsonObject json = JsonFiles.read(tokenizer).getAsJsonObject();
        json.getAsJsonObject("post_processor").add("special_tokens", new JsonObject());
        Files.writeString(tokenizer, JsonFiles.text(json));
        List<Object> words = new ArrayList<>(Samples.finetune("tiny-bert", folder, folder));
        words.set(words.indexOf("--model") + 1, model);
        words.set(words.indexOf("--output") + 1, folder.resolve("adapter"));
        requireOneSentence(
                Run.of(words.toArray()),
                tokenizer + ": the template",
                "which special_tokens does not describe");
    }
}
