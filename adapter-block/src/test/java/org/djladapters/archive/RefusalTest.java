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
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
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
                    arguments("}]Ns", "neither a string nor a number"),
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
        assertRefused("is not a file");
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
        assertWrittenIsRefused("the code of the class __torch__.M is missing");

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

    @Test
    void aConstantOfAnotherSizeThanDescribed() throws IOException {
        entries.put("m/constants.pkl", constants(4, new Shape(4)));
        entries.put("m/constants/0", new byte[15]);
        assertWrittenIsRefused("constants/0 has 15 bytes where constants.pkl says 16");

        entries.remove("m/constants/0");
        assertWrittenIsRefused("constants/0 is missing");

        entries.put("m/constants.pkl", constants(3, new Shape(4)));
        entries.put("m/constants/0", new byte[12]);
        assertWrittenIsRefused("constants.pkl can't be read: a tensor of shape (4) exceeds");

        entries.put("m/constants.pkl", bytes("}."));
        assertWrittenIsRefused("constants.pkl holds no tuple");

        entries.put("m/constants.pkl", bytes("((ctorch\nFloatStorage\nt."));
        assertWrittenIsRefused("constants.pkl can't be read");
    }

    /** A list in a list in a list; the engine releases them by recursion. */
    @Test
    void valuesThatNestTooDeep() throws IOException {
        String lists = "]".repeat(202) + "a".repeat(201);
        entries.put("m/constants.pkl", bytes("(" + "]".repeat(100) + "a".repeat(99) + "t."));
        write();
        assertThatCode(() -> TorchArchive.open(file)).doesNotThrowAnyException();

        entries.put("m/constants.pkl", bytes("(" + lists + "t."));
        assertWrittenIsRefused("nests modules without end or values too deep");

        // the same but left out of the result: replaced in a dictionary, and as an unused argument
        entries.put("m/constants.pkl", bytes("(}K\0" + lists + "sK\0NsNt."));
        assertWrittenIsRefused("nests modules without end or values too deep");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(NNtq\u0001.", // memo entries are numbered one after the other
                "(Nr\u00ff\u00ff\u00ff\u007ft.",
                "(ctorch\nFloatStorage\nt.",
                "(ctorch.jit._pickle\nbuild_intlist\n(]NatRt.",
                "(ctorch.jit._pickle\nrestore_type_tag\n(]K\0tRt.",
                "(c__torch__\nM\n)\u0081t."
            })
    void whatTheEngineWouldBelieveUnchecked(String constants) throws IOException {
        entries.put("m/constants.pkl", bytes(constants));

        assertWrittenIsRefused("constants.pkl can't be read");
    }

    @Test
    void anObjectWhoseClassIsMissing() throws IOException {
        entries.put("m/constants.pkl", bytes("(c__torch__\nN\n)\u0081}bt."));

        assertWrittenIsRefused("the code of the class __torch__.N is missing");

        String object = "c__torch__\nM\n)\u0081}X\1\0\0\0ac__torch__\nN\n)\u0081}bsb.";
        entries.put("m/data.pkl", bytes(object));
        assertWrittenIsRefused("the code of the class __torch__.N is missing");
    }

    @Test
    void namesThatCouldCommandATerminalAreShownPlain() throws IOException {
        entries.put("m/constants.pkl", bytes("c\u001b[2J\nN\n)\u0081."));

        assertWrittenIsRefused("the foreign class ?[2J.N");
    }

    @Test
    void aVersionThatIsNone() throws IOException {
        entries.put("m/.data/version", bytes("three"));

        assertWrittenIsRefused(".data/version holds no version");
    }

    @Test
    void anArchiveThatUnpacksToFarMore() throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("m/data/0"));
            zip.write(new byte[10_000_000]);
        }

        assertRefused("unpacks to more than 100 times the size of the file");
    }

    /** Whatever bit is wrong, it is found when the archive is copied for the engine. */
    @Test
    void aBitOfAnyEntry() throws IOException {
        entries.put("m/data.pkl", withTensor(4, 0, new Shape(4), 1));
        entries.put("m/data/0", new byte[16]);
        entries.put("m/constants.pkl", constants(4, new Shape(4)));
        entries.put("m/constants/0", new byte[16]);
        entries.put("m/code/__torch__.py.debug_pkl", bytes("N."));
        write();
        byte[] sound = Files.readAllBytes(file);
        for (String name : entries.keySet()) {
            byte[] damaged = sound.clone();
            damaged[startOf(name, sound)] ^= 4;
            Files.write(file, damaged);
            assertThatThrownBy(
                            () ->
                                    TorchArchive.open(file)
                                            .edit()
                                            .leaveOutUnknown()
                                            .write(folder.resolve("copy.pt")))
                    .as(name)
                    .isInstanceOf(ArchiveException.class)
                    .hasMessage(
                            "%s is damaged (the checksum of %s does not match); get the file"
                                    + " again",
                            file, name.substring(2));
        }
    }

    private int startOf(String name, byte[] file) {
        String text = new String(file, StandardCharsets.ISO_8859_1);
        int header = text.indexOf(name) - 30;
        return header
                + 30
                + name.length()
                + (file[header + 28] & 0xff)
                + 256 * (file[header + 29] & 0xff);
    }

    static final List<Arguments> DEEP_PROGRAMS =
            List.of(
                    arguments("return " + "(".repeat(200_000) + "x" + ")".repeat(200_000), "nests"),
                    arguments("return " + "-".repeat(101) + "x", "nests"),
                    arguments("return " + "not ".repeat(101) + "x", "nests"),
                    arguments("return x" + " + x".repeat(101), "nests"),
                    arguments("return x" + " ** x".repeat(101), "nests"),
                    arguments("return x" + "[0]".repeat(101), "nests"),
                    arguments("return x" + ".t()".repeat(101), "nests"),
                    arguments("return " + "x if c else ".repeat(101) + "x", "nests"),
                    arguments("y: " + "List[".repeat(101) + "int" + "]".repeat(101), "nests"),
                    arguments(blocks(101), "nests"),
                    arguments("if x:\n    x = x" + "\n  elif x:\n    x = x".repeat(101), "nests"),
                    arguments("return x" + "\n".repeat(501), "too many empty lines"),
                    arguments("return x" + "\n#".repeat(501), "too many empty lines"),
                    arguments("return (x" + "\n".repeat(501) + ")", "too many empty lines"),
                    arguments("return 1..t()", "a number can't be read"),
                    arguments("return x\f", "the character U+000C"),
                    arguments("return s\u00e4ve", "the character U+FFFD"),
                    arguments("return x # type: (int) -> int\n# type: int", "stands for a type"));

    private static String blocks(int depth) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < depth; i++) {
            text.append("if x:\n").append(" ".repeat(i + 3));
        }
        return text + "x = x";
    }

    @ParameterizedTest
    @FieldSource("DEEP_PROGRAMS")
    void aProgramThatTheEngineCanNotRead(String statement, String reason) throws IOException {
        String program = SOURCE + "\ndef f(x: Tensor) -> Tensor:\n  " + statement + "\n";
        entries.put("m/code/__torch__.py", bytes(program));

        assertWrittenIsRefused(reason);
    }

    @Test
    void functionsAndClassesThatNeedEachOtherOneAfterTheOther() throws IOException {
        StringBuilder functions = new StringBuilder(SOURCE).append('\n');
        StringBuilder classes = new StringBuilder(SOURCE).append('\n');
        StringBuilder methods = new StringBuilder("class M(Module):\n  training : bool\n");
        for (int i = 0; i <= 500; i++) {
            String next = i == 500 ? "" : "__torch__.f" + (i + 1);
            functions.append("def f%d(x: Tensor) -> Tensor:\n  return %s(x)\n".formatted(i, next));
            classes.append("class f%d:\n  a : Optional[%s]\n".formatted(i, next));
            methods.append("  def f%d(self) -> int:\n    return 0\n".formatted(i));
        }
        for (StringBuilder text : List.of(functions, classes, methods)) {
            entries.put("m/code/__torch__.py", bytes(text.toString()));
            assertWrittenIsRefused("functions that call one another");
        }
    }

    private static byte[] constants(long elements, Shape shape) {
        TensorRecord tensor =
                new TensorRecord("0", DataType.FLOAT32, elements, 0, shape, List.of(1L), false);
        byte[] opcodes = new PickleWriter().tensor(tensor).toByteArray();
        return bytes("(" + new String(opcodes, StandardCharsets.ISO_8859_1) + "t.");
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
