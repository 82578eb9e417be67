/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are no archives, or archives that nobody should trust. */
class RefusalTest {

    private static final String SOURCE =
            "class M(Module):\n  def forward(self, x: Tensor) -> Tensor:\n    return x\n";

    static final List<Arguments> FORMATS =
            List.of(
                    arguments("", "empty"),
                    arguments("just some text", "no zip file"),
                    arguments("GGUF1234", "a GGUF model"),
                    arguments("12345678{}", "a safetensors file"),
                    arguments("\u0008\u0007\u0012\u0007pytorch", "an ONNX model"));

    static final List<Arguments> PICKLES =
            List.of(
                    arguments("P", "opcode 0x50"),
                    arguments(
                            "cos\nsystem\n(X\u0002\0\0\0lstR",
                            "the call of os.system is not supported"),
                    arguments("cbuiltins\nobject\n)\u0081}b", "foreign class builtins.object"),
                    arguments("h\u0007", "memo entry 7 does not exist"),
                    arguments("X\u0000\u0000\u0000\u007f", "ends in the middle of a value"),
                    arguments("t", "a mark is missing"),
                    arguments("s", "its stack runs empty"),
                    arguments("}]Ns", "neither a text nor a number"),
                    arguments("NNa", "no list"),
                    arguments("NN", "values are left over"),
                    arguments("N", "holds no module"),
                    arguments("N\u0080\u0004", "pickle protocol 4"));

    @TempDir Path folder;

    private Path file;
    private Map<String, byte[]> entries;

    @BeforeEach
    void startFromAValidArchive() {
        file = folder.resolve("m.pt");
        entries = new LinkedHashMap<>();
        entries.put("m/data.pkl", module().endObject().stop().toByteArray());
        entries.put("m/code/__torch__.py", bytes(SOURCE));
        entries.put(
                "m/constants.pkl", new PickleWriter().protocol().emptyTuple().stop().toByteArray());
        entries.put("m/version", bytes("3\n"));
    }

    @Test
    void theStartingPointIsAccepted() throws IOException {
        write();

        assertThatCode(() -> TorchArchive.open(file)).doesNotThrowAnyException();
    }

    @Test
    void aMissingFile() {
        assertRefused("is no file");
    }

    @ParameterizedTest
    @FieldSource("FORMATS")
    void anotherFormat(String content, String format) throws IOException {
        Files.write(file, bytes(content));

        assertRefused("is " + format + ", not a TorchScript archive");
    }

    @Test
    void aBarePickle() throws IOException {
        Files.write(file, new byte[] {(byte) 0x80, 2, 'N', '.'});

        assertRefused("a bare pickle of torch.save");
    }

    @Test
    void savedTensorsWithoutAProgram() throws IOException {
        entries.remove("m/code/__torch__.py");
        entries.remove("m/constants.pkl");

        assertWrittenIsRefused("torch.save file with tensors but no program");
    }

    @ParameterizedTest
    @ValueSource(strings = {"m/data.pkl", "m/constants.pkl", "m/version"})
    void anArchiveWithoutOneOfItsParts(String name) throws IOException {
        entries.remove(name);

        assertWrittenIsRefused("not a TorchScript archive");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"m/../x", "/m/x", "m/a\\b", "m//x", "m/./x", "C:/x", "m/a\nb", "../m/x"})
    void anUnsafeEntryName(String name) throws IOException {
        entries.put(name, new byte[1]);

        assertWrittenIsRefused("is unsafe");
    }

    @Test
    void twoRootFolders() throws IOException {
        entries.put("n/data.pkl", new byte[1]);

        assertWrittenIsRefused("two root folders m and n");
    }

    @Test
    void anEntryOutsideTheRootFolder() throws IOException {
        entries.put("loose", new byte[1]);

        assertWrittenIsRefused("lies outside its root folder");
    }

    @Test
    void anEntryTwice() throws IOException {
        try (FileChannel channel = FileChannel.open(file, CREATE, TRUNCATE_EXISTING, WRITE)) {
            ZipWriter zip = new ZipWriter(channel);
            zip.add("m/data.pkl", 0, out -> {});
            zip.add("m/data.pkl", 0, out -> {});
            zip.finish();
        }

        assertRefused("holds the entry m/data.pkl twice");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.99})
    void aTruncatedFile(double part) throws IOException {
        byte[] whole = Files.readAllBytes(TinyModels.file("tiny-bert"));
        Files.write(file, Arrays.copyOf(whole, (int) (part * whole.length)));

        assertRefused("is truncated or damaged");
    }

    @Test
    void aFrozenModel() throws IOException {
        TensorRecord weight =
                new TensorRecord(
                        "0", DataType.FLOAT32, 4, 0, new Shape(2, 2), List.of(2L, 1L), false);
        PickleWriter constants = new PickleWriter().protocol().tensor(weight);
        entries.put("m/constants.pkl", constants.stop().toByteArray());

        assertWrittenIsRefused("the model is frozen");
    }

    @Test
    void bigEndianWeights() throws IOException {
        entries.put("m/byteorder", bytes("big"));

        assertWrittenIsRefused("big-endian");
    }

    @Test
    void aStorageOfAnotherSizeThanDescribed() throws IOException {
        entries.put("m/data.pkl", withTensor(4, 0, new Shape(4), 1));
        entries.put("m/data/0", new byte[15]);

        assertWrittenIsRefused("data/0 has 15 bytes where data.pkl says 16");
    }

    @Test
    void aTensorBeyondItsStorage() throws IOException {
        entries.put("m/data.pkl", withTensor(4, 1, new Shape(4), 1));
        assertWrittenIsRefused("exceeds its storage 0");

        entries.put("m/data.pkl", withTensor(4, 0, new Shape(2), Long.MAX_VALUE));
        assertWrittenIsRefused("exceeds its storage 0");

        entries.put("m/data.pkl", withTensor(4, Long.MAX_VALUE, new Shape(1), 1));
        assertWrittenIsRefused("exceeds its storage 0");

        entries.put("m/data.pkl", withTensor(4, 0, new Shape(Long.MAX_VALUE), 0));
        assertWrittenIsRefused("exceeds its storage 0");
    }

    @Test
    void codeThatIsMissingOrMalformed() throws IOException {
        entries.put("m/code/__torch__.py", bytes("def f(x: Tensor):\n  return x\n"));
        assertWrittenIsRefused("code of the class __torch__.M is missing");

        entries.put("m/code/__torch__.py", bytes(SOURCE + "x = \"open\n"));
        assertWrittenIsRefused(
                "code/__torch__.py is no TorchScript: a string is not closed (line 4)");
    }

    @Test
    void aModuleThatContainsItself() throws IOException {
        // GLOBAL, NEWOBJ, PUT 0, then the object itself as an attribute
        entries.put("m/data.pkl", bytes("c__torch__\nM\n)\u0081q\u0000}X\u0001\0\0\0ah\0sb."));

        assertWrittenIsRefused("nests modules without end");
    }

    @ParameterizedTest
    @FieldSource("PICKLES")
    void anUnexpectedPickle(String opcodes, String reason) throws IOException {
        entries.put("m/data.pkl", bytes(opcodes + "."));

        assertWrittenIsRefused(reason);
    }

    @Test
    void noDamageToAPickleGivesAnythingButARefusal() throws IOException {
        byte[] pickle = TinyModels.open("tiny-gpt2").content("data.pkl");
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = pickle.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            damaged = Arrays.copyOf(damaged, 1 + random.nextInt(2 * damaged.length));
            try {
                PickleReader.read("data.pkl", damaged);
            } catch (ArchiveException e) {
                assertThat(e).hasMessageStartingWith("data.pkl can't be read");
            }
        }
    }

    private void assertWrittenIsRefused(String reason) throws IOException {
        write();
        assertRefused(reason);
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(() -> TorchArchive.open(file))
                .isInstanceOf(ArchiveException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(reason);
    }

    private void write() throws IOException {
        try (FileChannel channel = FileChannel.open(file, CREATE, TRUNCATE_EXISTING, WRITE)) {
            ZipWriter zip = new ZipWriter(channel);
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                byte[] bytes = entry.getValue();
                zip.add(entry.getKey(), bytes.length, out -> out.write(bytes));
            }
            zip.finish();
        }
    }

    private static PickleWriter module() {
        return new PickleWriter().protocol().startObject("__torch__.M");
    }

    private static byte[] withTensor(long elements, long offset, Shape shape, long stride) {
        TensorRecord tensor =
                new TensorRecord(
                        "0", DataType.FLOAT32, elements, offset, shape, List.of(stride), false);
        return module().text("a").tensor(tensor).setItem().endObject().stop().toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
