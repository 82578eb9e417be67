/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is wrong is said in one line that names it and its place, and nothing is left where the
 * result would have been.
 */
class WrongInputTest {

    private static final Path BERT = Samples.model("tiny-bert");

    @TempDir private Path folder;

    private Path train;
    private Path dev;

    @BeforeEach
    void writeData() throws IOException {
        train = Samples.train(folder);
        dev = Samples.dev(folder);
    }

    @Test
    void noModelFolder() throws IOException {
        Path missing = folder.resolve("no-model");
        assertRefused(finetune(missing), "no-model", "config.json");
    }

    @Test
    void aModelFolderWithoutAnArchive() throws IOException {
        Path model = Files.createDirectory(folder.resolve("empty-model"));
        assertRefused(finetune(model), "empty-model", ".pt");
    }

    @Test
    void anArchiveThatIsOnnx() throws IOException {
        // An ONNX file begins with its version as a protobuf field.
        Path model = modelWith(new byte[] {8, 8, 18, 7, 'p', 'y', 't', 'o', 'r', 'c', 'h'});
        assertRefused(finetune(model), "broken-model", "TorchScript");
    }

    @Test
    void anArchiveThatIsCutOff() throws IOException {
        byte[] whole = Files.readAllBytes(BERT.resolve("tiny-bert.pt"));
        Path model = modelWith(Arrays.copyOf(whole, whole.length / 2));
        assertRefused(finetune(model), "broken-model");
    }

    @Test
    void aTargetThatTheModelDoesNotHave() throws IOException {
        assertRefused(finetune(BERT, "--targets", "q_proj"), "q_proj", "query");
    }

    @Test
    void aBlockTooSmallForTheOrder() throws IOException {
        assertRefused(finetune(BERT, "--orders", "3", "--block-size", "2"), "order 3", "block");
    }

    @Test
    void aMalformedTable() throws IOException {
        Files.writeString(train, "label\tsentence1\ngood\tfine\nbad\ttoo\tmany\n");
        assertRefused(finetune(BERT), "train.tsv", "line 3");
    }

    @Test
    void labelsForALanguageModel() throws IOException {
        assertRefused(
                finetune(Samples.model("tiny-llama"), "--task", "causal-lm"),
                "train.tsv",
                "prompt, response");
    }

    @Test
    void promptsForAModelThatOnlyEncodes() throws IOException {
        Files.writeString(train, "prompt\tresponse\n1+1=\t2\n");
        assertRefused(finetune(BERT), "logits for the next token", "text-generation");
    }

    @Test
    void aPromptWithoutResponse() throws IOException {
        Files.writeString(train, "prompt\tresponse\n1+1=\t2\n2+2=\t \n");
        assertRefused(finetune(BERT), "train.tsv", "line 3", "empty response");
    }

    @Test
    void aTableThatDoesNotExist() throws IOException {
        Files.delete(dev);
        assertRefused(finetune(BERT), "dev.tsv");
    }

    @Test
    void aTableOfGlueWithoutLabels() throws IOException {
        Files.writeString(dev, "index\tsentence\n0\tIs anybody there?\n");
        assertRefused(finetune(BERT), "dev.tsv", "line 1", "no label column");
    }

    @Test
    void pairsForSearchWithoutItsTask() throws IOException {
        Files.writeString(train, "sentence1\tsentence2\nwhere?\there\n");
        assertRefused(finetune(BERT), "train.tsv", "line 1", "--task embedding");
    }

    @Test
    void aTableForQuestionsWithAnswers() throws IOException {
        assertRefused(
                finetune(BERT, "--task", "question-answering"),
                "train.tsv",
                "is not JSON in UTF-8 (line 1, column 1), but questions with answers come as a"
                        + " JSON file of SQuAD's form");
    }

    @Test
    void aColumnThatIsNotThere() throws IOException {
        assertRefused(
                finetune(BERT, "--text-column", "message"),
                "train.tsv",
                "no column 'message'; it has: label, sentence1");
    }

    @Test
    void aCsvFileWithAnOpenQuote() throws IOException {
        train = Files.writeString(folder.resolve("a.csv"), "label,sentence1\na,b\nb,\"c\n");
        assertRefused(finetune(BERT), "a.csv", "line 3", "not CSV");
    }

    @Test
    void aFolderWithoutATableToMeasureOn() throws IOException {
        Files.delete(dev);
        dev = folder;
        assertRefused(finetune(BERT), "train.tsv", "no dev.tsv");
    }

    @Test
    void aLabelThatWasNotTrained() throws IOException {
        Samples.write(dev, "good\tfine", "ugly\tdreadful");
        assertRefused(finetune(BERT), "dev.tsv", "line 3", "ugly");
    }

    @Test
    void moreClassesThanTheModelsOwnHeadHas() throws IOException {
        Samples.write(train, "a\tone", "b\ttwo", "c\tthree", "d\tfour", "e\tfive", "f\tsix");
        Samples.write(dev, "a\tone");
        assertRefused(finetune(Samples.model("tiny-bert-classifier")), "classifier", "6");
    }

    @Test
    void textsForAModelOfImages() throws IOException {
        assertRefused(finetune(Samples.model("tiny-vit")), "pixel_values");
    }

    @Test
    void augmentationsOfTexts() throws IOException {
        assertRefused(finetune(BERT, "--augment", "flip,crop"), "train.tsv", "flip,crop");
    }

    @Test
    void anOutputThatIsAFile() throws IOException {
        Path output = Files.writeString(folder.resolve("result"), "mine");
        assertRefusedKeeping(finetune(BERT), "result");
        assertThat(output).hasContent("mine");
    }

    @Test
    void anOutputBelowAFile() throws IOException {
        Path output = train.resolve("below");
        List<Object> command =
                List.of(
                        "finetune",
                        "--model",
                        BERT,
                        "--train",
                        train,
                        "--dev",
                        dev,
                        "--output",
                        output);
        assertRefusedKeeping(command, "below", "train.tsv");
    }

    @Test
    void anOutputFolderWithOtherFiles() throws IOException {
        Path output = Files.createDirectory(folder.resolve("result"));
        Path note = Files.writeString(output.resolve("note.txt"), "mine");
        assertRefusedKeeping(finetune(BERT), "result");
        assertThat(note).hasContent("mine");
    }

    @Test
    void anAdapterOfAnotherArchitecture() throws IOException {
        Path adapter = adapterOf("tiny-deberta-v3");
        Path output = folder.resolve("result");
        assertRefused(
                List.of("merge", "--model", BERT, "--adapter", adapter, "--output", output),
                "adapter");
    }

    @Test
    void anAdapterForOtherShapes() throws IOException {
        Path adapter = adapterOf("tiny-bert");
        Path tensors = adapter.resolve("adapter_model.safetensors");
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Map<String, NDArray> arrays;
            try (SafetensorsFile file = SafetensorsFile.open(tensors)) {
                arrays = file.readAll(manager);
            }
            String first = new TreeSet<>(arrays.keySet()).first();
            arrays.put(first, manager.zeros(new Shape(1, 7, 3)));
            SafetensorsFile.write(tensors, arrays, Map.of());
            assertRefused(
                    List.of("evaluate", "--model", BERT, "--adapter", adapter, "--data", dev),
                    "adapter_model.safetensors",
                    "7");
        }
    }

    @Test
    void aFolderThatIsNoAdapter() throws IOException {
        assertRefused(
                List.of("evaluate", "--model", BERT, "--adapter", folder, "--data", dev),
                "adapter_config.json");
    }

    @Test
    void inputsThatAreMissing() throws IOException {
        Path input = folder.resolve("in.safetensors");
        writeInputs(input, "input.input_ids");
        assertRefused(predict(input), "in.safetensors", "input.attention_mask", "input.input_ids");
    }

    @Test
    void inputsThatTheModelDoesNotTake() throws IOException {
        Path input =
                Samples.inputs(
                        BERT.resolve("expected.safetensors"), folder.resolve("in.safetensors"));
        addInput(input, "input.pixels");
        assertRefused(predict(input), "in.safetensors", "input.pixels", "input.input_ids");
    }

    @Test
    void inputsThatTheEngineCanNotUse() throws IOException {
        Path input = folder.resolve("in.safetensors");
        List<String> wanted;
        try (AdaptedModel model = AdaptedModel.open(BERT)) {
            wanted = model.inputNames().stream().map(name -> "input." + name).toList();
        }
        writeInputs(input, wanted.toArray(new String[0]));
        assertRefused(predict(input), "engine");
    }

    @Test
    void inputsThatAreNoTensors() throws IOException {
        Path input = Files.writeString(folder.resolve("in.safetensors"), "not tensors at all");
        assertRefused(predict(input), "in.safetensors");
    }

    private List<Object> predict(Path input) {
        return List.of(
                "predict", "--model", BERT, "--input", input, "--output", folder.resolve("result"));
    }

    private List<Object> finetune(Path model, String... more) {
        List<Object> command =
                List.of(
                        "finetune",
                        "--model",
                        model,
                        "--train",
                        train,
                        "--dev",
                        dev,
                        "--output",
                        folder.resolve("result"),
                        "--epochs",
                        1);
        Stream<Object> blocks =
                List.of(more).contains("--block-size")
                        ? Stream.empty()
                        : Stream.of("--block-size", 16);
        return Stream.of(command.stream(), blocks, Stream.<Object>of((Object[]) more))
                .flatMap(words -> words)
                .toList();
    }

    private Path adapterOf(String model) throws IOException {
        Path adapter = folder.resolve("adapter");
        Run run = Run.of(Samples.finetune(model, folder, adapter).toArray());
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        return adapter;
    }

    private Path modelWith(byte[] archive) throws IOException {
        Path model = Files.createDirectory(folder.resolve("broken-model"));
        Files.write(model.resolve("broken.pt"), archive);
        Files.copy(BERT.resolve("config.json"), model.resolve("config.json"));
        return model;
    }

    private static void writeInputs(Path file, String... names) throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            for (String name : names) {
                arrays.put(name, manager.ones(new Shape(3)));
            }
            SafetensorsFile.write(file, arrays, Map.of());
        }
    }

    private static void addInput(Path file, String name) throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Map<String, NDArray> arrays;
            try (SafetensorsFile open = SafetensorsFile.open(file)) {
                arrays = open.readAll(manager);
            }
            arrays.put(name, manager.ones(new Shape(3)));
            SafetensorsFile.write(file, arrays, Map.of());
        }
    }

    /** Checks also that there is no output. */
    private void assertRefused(List<Object> command, String... mentioned) throws IOException {
        assertRefusedKeeping(command, mentioned);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("result") || name.startsWith(".tmp"));
        }
    }

    private static void assertRefusedKeeping(List<Object> command, String... mentioned) {
        Run run = Run.of(command.toArray());
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).hasSize(1);
        assertThat(run.err().get(0)).contains(mentioned);
    }
}
