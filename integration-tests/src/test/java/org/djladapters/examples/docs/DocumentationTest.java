/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.util.Utils;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.examples.cli.Run;
import org.djladapters.examples.cli.Samples;
import org.djladapters.model.AdaptedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the documentation says can be done: its Java is compiled and run, its commands have options
 * that exist.
 *
 * <p>A comment {@code <!-- given: ... -->} before a block of Java names the variables that it takes
 * for granted. Blocks of a document run one after the other in a folder that has a small model in
 * the place of all-MiniLM-L6-v2.
 */
class DocumentationTest {

    private static final Path ROOT = Path.of("..");

    private static final Pattern JAVA =
            Pattern.compile("<!-- given: ([^\\n]*) -->\\n```java\\n(.*?)```", Pattern.DOTALL);

    private static final Pattern COMMAND =
            Pattern.compile("    (?:java -jar \\S+ )?([a-z]+(?: (?:\\\\\\n\\s*)?\\S+)+)\\n");

    /** What declares the variables that blocks take for granted. */
    private static final Map<String, String> GIVEN =
            Map.of(
                    "nothing", "{",
                    "model", "try (AdaptedModel model = AdaptedModel.open(Path.of(MODEL))) {",
                    "model, config, train, dev, inputs", Given.CLASSIFIER);

    private static final List<String> IMPORTS =
            List.of(
                    "ai.djl.*",
                    "ai.djl.inference.*",
                    "ai.djl.modality.*",
                    "ai.djl.ndarray.*",
                    "ai.djl.ndarray.types.*",
                    "ai.djl.nn.*",
                    "ai.djl.nn.core.*",
                    "ai.djl.repository.zoo.*",
                    "ai.djl.training.*",
                    "ai.djl.training.dataset.*",
                    "ai.djl.training.loss.*",
                    "ai.djl.translate.*",
                    "java.nio.file.*",
                    "java.util.*",
                    "org.djladapters.adapter.*",
                    "org.djladapters.checkpoint.*",
                    "org.djladapters.circuit.*",
                    "org.djladapters.surgery.*",
                    "org.djladapters.tuning.*",
                    "org.djladapters.zoo.*");

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({"README.md, tiny-bert-classifier", "examples/docs/cookbook.md, tiny-bert"})
    void javaCompilesAndRuns(String document, String peftModel) throws Exception {
        List<String> blocks = new ArrayList<>();
        String text = Files.readString(ROOT.resolve(document));
        Matcher java = JAVA.matcher(text);
        while (java.find()) {
            blocks.add(GIVEN.get(java.group(1)) + "\n" + java.group(2) + "}\n");
        }
        assertThat(blocks).hasSize(text.split("```java", -1).length - 1).isNotEmpty();
        prepare(peftModel);

        compile(program(blocks));

        assertThat(run()).endsWith("all " + blocks.size() + " blocks ran");
    }

    private void prepare(String peftModel) throws IOException {
        copy(Samples.model("tiny-bert"), folder.resolve(Given.MODEL));
        copy(Samples.model("tiny-bert-classifier"), folder.resolve(Given.CLASSIFIER_MODEL));
        Samples.train(folder);
        Samples.dev(folder);
        try (AdaptedModel model = AdaptedModel.open(Samples.model(peftModel))) {
            model.add("a", LoraConfig.builder().setRank(2).optTargets("query", "value").build());
            AdapterDirectory.save(model, "a", folder.resolve("an adapter trained in PEFT"));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName().toString()));
            }
        }
    }

    private static String program(List<String> blocks) {
        StringBuilder program = new StringBuilder();
        IMPORTS.forEach(name -> program.append("import ").append(name).append(";\n"));
        program.append("class Blocks {\n");
        program.append("static final String MODEL = \"%s\";\n".formatted(Given.MODEL));
        for (int i = 0; i < blocks.size(); i++) {
            program.append(
                    "static void block%d() throws Exception {\n%s}\n".formatted(i, blocks.get(i)));
        }
        program.append("public static void main(String[] args) throws Exception {\n");
        for (int i = 0; i < blocks.size(); i++) {
            program.append("block%d();\n".formatted(i));
        }
        String end = "System.out.println(\"all %d blocks ran\");\n".formatted(blocks.size());
        return program.append(end).append("}\n}\n").toString();
    }

    private void compile(String program) throws IOException {
        Path source = Files.writeString(folder.resolve("Blocks.java"), program);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter errors = new StringWriter();
        boolean compiled =
                compiler.getTask(
                                new PrintWriter(errors),
                                null,
                                null,
                                List.of(
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        "-d",
                                        folder.toString(),
                                        "-proc:none"),
                                null,
                                compiler.getStandardFileManager(null, null, null)
                                        .getJavaFileObjects(source))
                        .call();
        assertThat(compiled).as(errors.toString()).isTrue();
    }

    private String run() throws Exception {
        Path output = folder.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        folder + File.pathSeparator + System.getProperty("java.class.path"),
                        "Blocks");
        builder.environment().put("ENGINE_CACHE_DIR", Utils.getEngineCacheDir().toString());
        builder.environment().put("DJL_CACHE_DIR", folder.resolve("cache").toString());
        Process process =
                builder.directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        process.waitFor();
        return Files.readString(output).strip();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "CONTRIBUTING.md",
                "examples/docs/cookbook.md",
                "examples/docs/performance.md",
                "examples/evidence/README.md"
            })
    void commandsHaveTheOptionsTheyShow(String document) throws IOException {
        List<String> commands = List.copyOf(commands(Files.readString(ROOT.resolve(document))));

        for (String command : commands) {
            List<Object> words = new ArrayList<>(List.of(command.split("\\s+")));
            words.add("--help");
            Run run = Run.of(words.toArray());
            assertThat(run.err()).as(command).isEmpty();
            assertThat(run.status()).as(command).isZero();
        }
        assertThat(commands.isEmpty()).isEqualTo(document.equals("CONTRIBUTING.md"));
    }

    private static List<String> commands(String text) {
        String names =
                Run.of("--help").out().stream()
                        .filter(line -> line.startsWith("  ") && !line.startsWith("   "))
                        .map(line -> line.strip().replaceAll(" .*", ""))
                        .filter(name -> name.matches("[a-z]+"))
                        .collect(Collectors.joining("|"));
        Pattern own = Pattern.compile("(?:" + names + ") .*", Pattern.DOTALL);
        List<String> commands = new ArrayList<>();
        Matcher command = COMMAND.matcher(text);
        while (command.find()) {
            String line = command.group(1).replace("\\\n", " ");
            if (own.matcher(line).matches()) {
                commands.add(line);
            }
        }
        return commands;
    }

    @Test
    void excerptsForContributorsStandInTheSources() throws IOException {
        List<String> sources = new ArrayList<>();
        for (String module : List.of("adapter-block", "examples")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    sources.add(condensed(Files.readString(file)));
                }
            }
        }
        String text = Files.readString(ROOT.resolve("CONTRIBUTING.md"));
        Matcher excerpt = Pattern.compile("((?:\\n {8}[^\\n]+)+)\\n").matcher(text);
        List<String> excerpts = new ArrayList<>();
        while (excerpt.find()) {
            if (excerpt.group(1).endsWith(";") || excerpt.group(1).endsWith("}")) {
                excerpts.add(condensed(excerpt.group(1)));
            }
        }

        assertThat(excerpts)
                .hasSizeGreaterThan(2)
                .allSatisfy(part -> assertThat(sources).anyMatch(source -> source.contains(part)));
    }

    private static String condensed(String text) {
        return text.replaceAll("\\s+", "");
    }
}
