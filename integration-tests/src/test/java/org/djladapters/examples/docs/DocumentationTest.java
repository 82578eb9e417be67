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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.merged.OnnxGraphs;
import org.djladapters.examples.cli.Run;
import org.djladapters.examples.cli.Samples;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.SharedModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the documentation says can be done: its Java is compiled and run, its commands have options
 * that exist.
 *
 * <p>A comment {@code <!-- given: ... -->} before a block of Java names the variables that it takes
 * for granted, or says that the block is a class with a main method. Blocks of a document run one
 * after the other in a folder that has a small model in the place of all-MiniLM-L6-v2.
 */
class DocumentationTest {

    @RegisterExtension static final SharedModels MODELS = new SharedModels();

    private static final Pattern JAVA =
            Pattern.compile("<!-- given: ([^\\n]*) -->\\n```java\\n(.*?)```", Pattern.DOTALL);

    private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]*");

    private static final Pattern CLASS = Pattern.compile("public class (\\w+) ");

    private static final Pattern COMMAND =
            Pattern.compile("    (?:java -jar \\S+ )?([a-z]+(?: (?:\\\\\\n\\s*)?\\S+)+)\\n");

    private static final String LANGUAGE_MODEL =
            "try (AdaptedModel model = AdaptedModel.open(Path.of(\"language-model\"))) {";

    private static final String GENERATOR =
            """
            model.add("sums", LoraConfig.builder().optRank(2).optTargets("q_proj").build());
            TextGenerator generator = TextGenerator.open(model);
            """;

    /** What declares the variables that blocks take for granted. */
    private static final Map<String, String> GIVEN =
            Map.of(
                    "nothing",
                    "{",
                    "a trained adapter",
                    Given.TRAINED,
                    "model",
                    "try (AdaptedModel model = AdaptedModel.open(Path.of(MODEL))) {",
                    "a language model",
                    LANGUAGE_MODEL,
                    "a language model, generator",
                    LANGUAGE_MODEL + GENERATOR,
                    "model, inputs",
                    Given.CLASSIFIER,
                    "model, config, train, dev, inputs",
                    Given.CLASSIFIER);

    private static final String README = "README.md";

    /** A block that is a class of its own. */
    private static final String WHOLE_CLASS = "a class";

    /** Documents that show no commands of the program. */
    private static final Set<String> WITHOUT_COMMANDS =
            Set.of(
                    "examples/docs/README.md",
                    "examples/docs/adding-a-task.md",
                    "examples/docs/architecture.md",
                    "examples/docs/earlier-runs.md",
                    "examples/docs/evidence.md",
                    "examples/docs/integrations.md",
                    "examples/docs/peft.md",
                    "examples/docs/sentence-transformers.md");

    private static final List<String> IMPORTS =
            List.of(
                    "ai.djl.*",
                    "ai.djl.inference.*",
                    "ai.djl.modality.*",
                    "ai.djl.modality.nlp.qa.*",
                    "ai.djl.modality.nlp.translator.*",
                    "ai.djl.ndarray.*",
                    "ai.djl.ndarray.types.*",
                    "ai.djl.nn.*",
                    "ai.djl.nn.core.*",
                    "ai.djl.repository.zoo.*",
                    "ai.djl.training.*",
                    "ai.djl.training.dataset.*",
                    "ai.djl.training.loss.*",
                    "ai.djl.translate.*",
                    "ai.djl.util.StringPair",
                    "dev.langchain4j.data.segment.TextSegment",
                    "dev.langchain4j.model.scoring.ScoringModel",
                    "dev.langchain4j.store.embedding.EmbeddingSearchRequest",
                    "dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore",
                    "dev.langchain4j.model.embedding.*",
                    "dev.langchain4j.model.embedding.onnx.*",
                    "java.nio.file.*",
                    "java.util.*",
                    "java.util.concurrent.atomic.*",
                    "org.djladapters.adapter.*",
                    "org.djladapters.adapter.adalora.*",
                    "org.djladapters.adapter.baseline.*",
                    "org.djladapters.adapter.boft.*",
                    "org.djladapters.adapter.c3a.*",
                    "org.djladapters.adapter.compound.*",
                    "org.djladapters.adapter.hra.*",
                    "org.djladapters.adapter.ia3.*",
                    "org.djladapters.adapter.loha.*",
                    "org.djladapters.adapter.lokr.*",
                    "org.djladapters.adapter.fourierft.*",
                    "org.djladapters.adapter.shira.*",
                    "org.djladapters.adapter.vblora.*",
                    "org.djladapters.adapter.miss.*",
                    "org.djladapters.adapter.beft.*",
                    "org.djladapters.adapter.randlora.*",
                    "org.djladapters.adapter.tinylora.*",
                    "org.djladapters.adapter.delora.*",
                    "org.djladapters.adapter.gralora.*",
                    "org.djladapters.adapter.hira.*",
                    "org.djladapters.adapter.lntuning.*",
                    "org.djladapters.adapter.waveft.*",
                    "org.djladapters.adapter.tokens.*",
                    "org.djladapters.adapter.deft.*",
                    "org.djladapters.adapter.peanut.*",
                    "org.djladapters.adapter.supertuning.*",
                    "org.djladapters.adapter.lora.*",
                    "org.djladapters.adapter.loraxs.*",
                    "org.djladapters.adapter.oft.*",
                    "org.djladapters.adapter.road.*",
                    "org.djladapters.adapter.unilora.*",
                    "org.djladapters.adapter.psoft.*",
                    "org.djladapters.adapter.vera.*",
                    "org.djladapters.checkpoint.*",
                    "org.djladapters.circuit.*",
                    "org.djladapters.data.*",
                    "org.djladapters.generation.*",
                    "org.djladapters.hub.*",
                    "org.djladapters.langchain4j.*",
                    "org.djladapters.model.*",
                    "org.djladapters.model.combination.*",
                    "org.djladapters.serving.*",
                    "org.djladapters.task.*",
                    "org.djladapters.task.answers.*",
                    "org.djladapters.task.metric.*",
                    "org.djladapters.task.multilabel.*",
                    "org.djladapters.task.option.*",
                    "org.djladapters.tuning.*",
                    "org.djladapters.zoo.*");

    @TempDir private Path folder;

    /** The README has data of its own; all other documents share a process. */
    static List<List<String>> withJava() throws IOException {
        List<String> others = new ArrayList<>();
        for (String document : Markdown.PAGES) {
            if (!document.equals(README) && Markdown.text(document).contains("```java")) {
                others.add(document);
            }
        }
        return List.of(List.of(README), others);
    }

    @ParameterizedTest
    @MethodSource("withJava")
    void javaCompilesAndRuns(List<String> documents) throws Exception {
        Map<String, String> blocks = new LinkedHashMap<>();
        Map<String, String> classes = new LinkedHashMap<>();
        for (String document : documents) {
            addBlocks(document, blocks, classes);
        }
        prepare(documents.equals(List.of(README)));

        classes.put("Blocks", program(blocks));
        compile(classes);

        assertThat(run()).endsWith("all " + blocks.size() + " blocks ran");
    }

    private static void addBlocks(
            String document, Map<String, String> blocks, Map<String, String> classes)
            throws IOException {
        String text = Markdown.text(document);
        Matcher java = JAVA.matcher(text);
        int count = 0;
        while (java.find()) {
            count++;
            String block = GIVEN.get(java.group(1)) + "\n" + java.group(2) + "}\n";
            if (java.group(1).equals(WHOLE_CLASS)) {
                Matcher name = CLASS.matcher(java.group(2));
                assertThat(name.find()).as(java.group(2)).isTrue();
                classes.put(name.group(1), java.group(2));
                // a reader runs a program again
                block = (name.group(1) + ".main(new String[0]);\n").repeat(2);
            }
            blocks.put(document.replaceAll("\\W", "_") + "_" + count, block);
        }
        assertThat(count).as(document).isEqualTo(text.split("```java", -1).length - 1).isPositive();
    }

    private void prepare(boolean readme) throws IOException {
        copy(Samples.model("tiny-bert"), folder.resolve(Given.MODEL));
        copy(Samples.model("tiny-bert-classifier"), folder.resolve(Given.CLASSIFIER_MODEL));
        Path language = folder.resolve("language-model");
        copy(Samples.model("tiny-llama"), language);
        Files.writeString(
                language.resolve("chat_template.jinja"),
                "{% for m in messages %}{{ m.role[0] + m.content }}{% endfor %}");
        if (readme) {
            writePairs(folder.resolve("train.tsv"));
            writePairs(folder.resolve("dev.tsv"));
        } else {
            Samples.train(folder);
            Samples.dev(folder);
            saveLora("tiny-bert", "search-adapter");
        }
        saveLora("tiny-bert", "an adapter trained in PEFT");
        saveLora("tiny-bert", Given.MODEL + "/adapters/acme");
        saveLora("tiny-bert", Given.MODEL + "/adapters/globex");
        saveReranker(Given.MODEL + "/adapters/reranker");
        saveLora("tiny-bert-classifier", "adapters/refunds");
        ModelDirectory model = ModelDirectory.open(Samples.model("tiny-bert"));
        OnnxGraphs.write(
                OnnxGraphs.encoder(model.vocabularySize().orElseThrow(), 32),
                folder.resolve("model.onnx"));
        CompoundConfig config = CompoundConfig.builder().optOrders(1, 2).build();
        save("tiny-bert-classifier", "adapters/tickets", config);
    }

    private static void writePairs(Path file) throws IOException {
        Files.writeString(
                file,
                """
                sentence1\tsentence2
                Heron is slow\tThe label printer needs a minute.
                Otter stands still\tThe conveyor belt has a red button.
                """);
    }

    private void saveLora(String model, String directory) throws IOException {
        save(
                model,
                directory,
                LoraConfig.builder().optRank(2).optTargets("query", "value").build());
    }

    private void save(String name, String directory, AdapterConfig config) throws IOException {
        AdaptedModel model = MODELS.open(Samples.model(name));
        model.add("a", config);
        AdapterDirectory.save(model, "a", folder.resolve(directory));
    }

    private void saveReranker(String directory) throws IOException {
        AdaptedModel model = MODELS.open(Samples.model("tiny-bert"));
        model.add("a", BaselineConfig.head(), new HeadConfig(1, HeadConfig.Pooling.CLS));
        AdapterDirectory.save(
                model,
                "a",
                folder.resolve(directory),
                AdapterDirectory.Layout.PACKED,
                Map.of(
                        AdapterDirectory.LABELS,
                        "[]",
                        AdapterDirectory.PROVENANCE,
                        "{\"options\": {\"pairs\": \"true\", \"max_length\": \"32\"}}"));
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName().toString()));
            }
        }
    }

    private static String program(Map<String, String> blocks) {
        StringBuilder program = new StringBuilder();
        IMPORTS.forEach(name -> program.append("import ").append(name).append(";\n"));
        program.append("class Blocks {\n");
        program.append("static final String MODEL = \"%s\";\n".formatted(Given.MODEL));
        blocks.forEach(
                (name, block) ->
                        program.append(
                                "static void %s() throws Exception {\n%s}\n"
                                        .formatted(name, block)));
        program.append("public static void main(String[] args) throws Exception {\n");
        blocks.keySet().forEach(name -> program.append(name).append("();\n"));
        String end = "System.out.println(\"all %d blocks ran\");\n".formatted(blocks.size());
        return program.append(end).append("}\n}\n").toString();
    }

    private void compile(Map<String, String> classes) throws IOException {
        List<Path> sources = new ArrayList<>();
        for (Map.Entry<String, String> source : classes.entrySet()) {
            Path file = folder.resolve(source.getKey() + ".java");
            sources.add(Files.writeString(file, source.getValue()));
        }
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
                                        .getJavaFileObjectsFromPaths(sources))
                        .call();
        assertThat(compiled).as(errors.toString()).isTrue();
    }

    private String run() throws Exception {
        Path output = folder.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
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

    static Stream<String> withCommands() {
        return Stream.concat(
                Markdown.PAGES.stream(),
                Stream.of("CONTRIBUTING.md", "examples/evidence/README.md"));
    }

    @ParameterizedTest
    @MethodSource("withCommands")
    void commandsHaveTheOptionsTheyShow(String document) throws IOException {
        List<String> commands = List.copyOf(commands(Markdown.text(document)));

        for (String command : commands) {
            List<Object> words = new ArrayList<>(List.of(command.split("\\s+")));
            words.add("--help");
            Run run = Run.of(words.toArray());
            assertThat(run.err()).as(command).isEmpty();
            assertThat(run.status()).as(command).isZero();
        }
        assertThat(commands.isEmpty()).isEqualTo(WITHOUT_COMMANDS.contains(document));
    }

    @Test
    void optionsInSentencesExist() throws IOException {
        Set<String> options = new HashSet<>(Set.of("--column")); // of BatchPrediction, with Spark
        for (String command : names()) {
            Matcher option = OPTION.matcher(String.join("\n", Run.of(command, "--help").out()));
            while (option.find()) {
                options.add(option.group());
            }
        }

        for (String document : Markdown.PAGES) {
            Matcher code = Pattern.compile("`([^`\n]+)`").matcher(Markdown.text(document));
            while (code.find()) {
                Matcher option = OPTION.matcher(code.group(1));
                while (!code.group(1).startsWith("mvn ") && option.find()) {
                    String shown = document + " shows " + code.group();
                    assertThat(options.contains(option.group())).as(shown).isTrue();
                }
            }
        }
    }

    @Test
    void everyCommandHasARowInItsPage() throws IOException {
        String page = Markdown.text("examples/docs/command-line.md");

        assertThat(names()).allSatisfy(name -> assertThat(page).contains("\n| `" + name));
    }

    private static List<String> names() {
        return Run.of("--help").out().stream()
                .filter(line -> line.startsWith("  ") && !line.startsWith("   "))
                .map(line -> line.strip().replaceAll(" .*", ""))
                .filter(
                        name ->
                                name.matches("[a-z]+")
                                        && !"adapters".equals(name)) // of the examples
                .toList();
    }

    private static List<String> commands(String text) {
        Pattern own = Pattern.compile("(?:" + String.join("|", names()) + ") .*", Pattern.DOTALL);
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
            try (Stream<Path> files =
                    Files.walk(Markdown.ROOT.resolve(module).resolve("src/main/java"))) {
                for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    sources.add(condensed(Files.readString(file)));
                }
            }
        }
        String text = Markdown.text("CONTRIBUTING.md");
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
