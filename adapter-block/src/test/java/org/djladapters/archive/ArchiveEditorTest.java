/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveEditorTest {

    private static final String QUERY = "model.encoder.layer.0.attention.self.query";

    @TempDir Path folder;

    static final List<String> MODELS = TinyModels.NAMES;

    @ParameterizedTest
    @FieldSource("MODELS")
    void anEmptyParameterInEveryLinearIsListedAndChangesNothing(String name)
            throws IOException, MalformedModelException {
        Path file = folder.resolve(name + ".pt");
        TorchArchive archive = TinyModels.open(name);
        ArchiveEditor editor = archive.edit();
        List<ModuleNode> linears =
                archive.module().stream()
                        .filter(node -> archive.classOf(node).simpleName().equals("Linear"))
                        .toList();
        linears.stream()
                .map(ModuleNode::className)
                .distinct()
                .forEach(
                        c ->
                                editor.addParameter(
                                        archive.classes().get(c),
                                        "rotation",
                                        DataType.FLOAT32,
                                        new Shape(0),
                                        floats()));
        editor.write(file);

        try (Model model = TinyModels.load(file)) {
            assertThat(model.getBlock().getParameters().keys())
                    .containsAll(linears.stream().map(node -> node.path() + ".rotation").toList());
        }
        assertThat(TorchArchive.open(file).module(linears.get(0).path()).orElseThrow().tensors())
                .extracting(TensorAttribute::name)
                .startsWith("rotation");
        assertSameOutputs(file, name);
    }

    @Test
    void aParameterMayHaveElements() throws IOException, MalformedModelException {
        Path file = folder.resolve("changed.pt");
        TorchArchive archive = TinyModels.open("tiny-bert");
        ClassText type = archive.classOf(archive.module(QUERY).orElseThrow());

        archive.edit()
                .addParameter(type, "a", DataType.FLOAT32, new Shape(2, 1), floats(3, 4))
                .addParameter(type, "b", DataType.FLOAT16, new Shape(0), floats())
                .write(file);

        try (Model model = TinyModels.load(file)) {
            var parameters = model.getBlock().getParameters();
            assertThat(parameters.get(QUERY + ".a").getArray().toFloatArray())
                    .containsExactly(3f, 4f);
            assertThat(parameters.get(QUERY + ".b").getArray().getDataType())
                    .isEqualTo(DataType.FLOAT16);
        }
        assertThat(TorchArchive.open(file).classes().get(type.qualifiedName()).parameters())
                .containsExactly("a", "b", "weight", "bias");
    }

    @Test
    void aStatementIsReplacedByACallOfAnAddedFunction()
            throws IOException, MalformedModelException {
        Path file = folder.resolve("changed.pt");
        TorchArchive archive = TinyModels.open("tiny-bert");
        ClassText type = archive.classOf(archive.module(QUERY).orElseThrow());
        Statement linear = statement(type, "torch.linear");

        archive.edit()
                .addParameter(type, "rotation", DataType.FLOAT32, new Shape(0), floats())
                .replaceStatement(
                        type,
                        linear,
                        "rotation = self.rotation",
                        "if torch.eq(torch.numel(rotation), 0):",
                        "  x = __torch__.tools.math.linear(argument_1, weight, bias, None)",
                        "else:",
                        "  x = __torch__.tools.math.linear(argument_1, weight, bias, rotation)")
                .addCode(
                        "code/__torch__/tools/math.py",
                        """
                        # An ordinary comment.
                        def linear(x: Tensor, weight: Tensor, bias: Tensor,
                            rotation: Optional[Tensor]) -> Tensor:
                          if rotation is None:
                            return torch.linear(x, weight, bias)
                          return torch.linear(x, weight, bias) @ rotation
                        """)
                .write(file);

        assertSameOutputs(file, "tiny-bert");
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertThat(zip.getEntry("tiny-bert/" + type.file())).isNotNull();
            assertThat(zip.getEntry("tiny-bert/" + type.file() + ".debug_pkl")).isNull();
            assertThat(zip.getEntry("tiny-bert/data/41").getSize()).isZero();
        }
        ClassText changed = TorchArchive.open(file).classes().get(type.qualifiedName());
        assertThat(changed.method("forward").orElseThrow().statements())
                .extracting(Statement::text)
                .contains("rotation = self.rotation", "return x")
                .doesNotContain(linear.text());
    }

    @Test
    void aMethodIsRenamedAndCalledByTheOneThatTakesItsName()
            throws IOException, MalformedModelException {
        Path file = folder.resolve("changed.pt");
        TorchArchive archive = TinyModels.open("tiny-bert");
        ClassText type = archive.classOf(archive.module(QUERY).orElseThrow());

        archive.edit()
                .renameMethod(type, "forward", "product")
                .addMethod(
                        type,
                        "def forward(self, argument_1: Tensor) -> Tensor:",
                        "  return self.product(argument_1)")
                .write(file);

        assertThat(TorchArchive.open(file).classes().get(type.qualifiedName()).methods())
                .extracting(MethodText::name)
                .containsExactly("product", "forward");
        assertSameOutputs(file, "tiny-bert");
    }

    @Test
    void aTensorIsReplaced() throws IOException, MalformedModelException {
        Path file = folder.resolve("changed.pt");

        TinyModels.open("tiny-bert")
                .edit()
                .replaceTensor(QUERY, "bias", floats(new float[32]))
                .write(file);

        TorchArchive changed = TorchArchive.open(file);
        Path copy = folder.resolve("copy.pt");
        TinyModels.open("tiny-bert").edit().write(copy);
        assertThat(file).hasSize(Files.size(copy));
        assertThat(bytes(changed, QUERY, "bias")).isEqualTo(floats(new float[32]));
        assertThat(bytes(changed, QUERY, "weight"))
                .isEqualTo(bytes(TinyModels.open("tiny-bert"), QUERY, "weight"));
    }

    @Test
    void aTensorGetsAnotherShape() throws IOException, MalformedModelException {
        Path file = folder.resolve("changed.pt");
        ArchiveEditor editor = TinyModels.open("tiny-bert-classifier").edit();
        String head = pathEndingWith(TinyModels.open("tiny-bert-classifier"), "classifier");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                editor.replaceTensor(
                                        head, "bias", new Shape(5), floats(new float[4])));

        editor.replaceTensor(head, "weight", new Shape(5, 32), floats(new float[160]))
                .replaceTensor(head, "bias", new Shape(5), floats(1, 2, 3, 4, 5))
                .write(file);

        TorchArchive changed = TorchArchive.open(file);
        assertThat(tensor(changed, head, "weight").shape()).isEqualTo(new Shape(5, 32));
        assertThat(bytes(changed, head, "bias")).isEqualTo(floats(1, 2, 3, 4, 5));
        try (Model model = TinyModels.load(file)) {
            assertThat(
                            model.getBlock()
                                    .getParameters()
                                    .get(head + ".bias")
                                    .getArray()
                                    .toFloatArray())
                    .containsExactly(1, 2, 3, 4, 5);
        }
    }

    @Test
    void aMatrixLiesColumnByColumn() throws IOException, MalformedModelException {
        Path file = folder.resolve("changed.pt");
        Path again = folder.resolve("again.pt");
        TorchArchive archive = TinyModels.open("tiny-bert");
        TensorRecord weight = tensor(archive, QUERY, "weight");
        int rows = (int) weight.shape().get(0);
        int columns = (int) weight.shape().get(1);
        ByteBuffer byRows = bytes(archive, QUERY, "weight");
        ByteBuffer byColumns = ByteBuffer.allocate(byRows.remaining()).order(byRows.order());
        for (int column = 0; column < columns; column++) {
            for (int row = 0; row < rows; row++) {
                byColumns.putInt(byRows.getInt(Float.BYTES * (row * columns + column)));
            }
        }
        byColumns.flip();

        archive.edit().replaceByColumns(QUERY, "weight", TensorData.of(byColumns)).write(file);

        TorchArchive changed = TorchArchive.open(file);
        assertThat(tensor(changed, QUERY, "weight").strides()).containsExactly(1L, (long) rows);
        assertThat(bytes(changed, QUERY, "weight")).isEqualTo(byRows);
        assertSameOutputs(file, "tiny-bert");

        // back again, in the storage that it has
        changed.edit().replaceTensor(QUERY, "weight", byRows).write(again);
        TorchArchive back = TorchArchive.open(again);
        assertThat(tensor(back, QUERY, "weight")).isEqualTo(weight);
        assertThat(bytes(back, QUERY, "weight")).isEqualTo(byRows);
        assertThat(Files.size(again)).isLessThan(Files.size(file) + 1024);

        ArchiveEditor editor = archive.edit();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> editor.replaceByColumns(QUERY, "bias", TensorData.of(byColumns)))
                .withMessage("The tensor '" + QUERY + ".bias' is no matrix");
    }

    @ParameterizedTest
    @ValueSource(strings = {"transformer.wte", "lm_head"})
    void aTiedTensorIsReplacedWithoutTheOther(String suffix)
            throws IOException, MalformedModelException {
        Path file = folder.resolve("changed.pt");
        TorchArchive archive = TinyModels.open("tiny-gpt2");
        String path = pathEndingWith(archive, suffix);
        String other = pathEndingWith(archive, suffix.equals("lm_head") ? "wte" : "lm_head");
        int size = (int) tensor(archive, path, "weight").byteSize();
        ByteBuffer zeros = ByteBuffer.allocate(size);

        archive.edit().replaceTensor(path, "weight", out -> out.write(new byte[size])).write(file);

        TorchArchive changed = TorchArchive.open(file);
        assertThat(bytes(changed, path, "weight")).isEqualTo(zeros);
        assertThat(bytes(changed, other, "weight")).isEqualTo(bytes(archive, other, "weight"));
        try (Model model = TinyModels.load(file)) {
            var parameters = model.getBlock().getParameters();
            assertThat(parameters.get(path + ".weight").getArray().sum().getFloat()).isZero();
            assertThat(parameters.get(other + ".weight").getArray().sum().getFloat()).isNotZero();
        }
    }

    @Test
    void aStrippedArchiveIsFilled() throws IOException, MalformedModelException {
        Path stripped = folder.resolve("stripped.pt");
        strip(TinyModels.file("tiny-bert"), stripped);
        TorchArchive original = TinyModels.open("tiny-bert");
        TorchArchive archive = TorchArchive.open(stripped);
        Path file = folder.resolve("tiny-bert.pt");

        assertThat(archive.missingStorages()).hasSize(41);
        assertThatThrownBy(() -> archive.edit().write(file))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("data/0 is missing");
        ArchiveEditor editor = archive.edit();
        for (ModuleNode node : original.module().stream().toList()) {
            for (TensorAttribute attribute : node.tensors()) {
                ByteBuffer bytes = original.read(attribute.tensor());
                editor.replaceTensor(node.path(), attribute.name(), bytes);
            }
        }
        editor.write(file);

        assertThat(TorchArchive.open(file).missingStorages()).isEmpty();
        assertSameOutputs(file, "tiny-bert");
    }

    @Test
    void aTransposedViewIsReadAndReplacedInItsOwnOrder()
            throws IOException, MalformedModelException {
        Path file = folder.resolve("view.pt");
        Path changed = folder.resolve("changed.pt");
        TensorRecord view =
                new TensorRecord(
                        "0", DataType.FLOAT32, 7, 1, new Shape(3, 2), List.of(1L, 3L), true);
        writeWithWeight(file, view, floats(0, 1, 2, 3, 4, 5, 6));

        assertThat(bytes(TorchArchive.open(file), "", "weight"))
                .isEqualTo(floats(1, 4, 2, 5, 3, 6));
        TorchArchive.open(file)
                .edit()
                .replaceTensor("", "weight", floats(6, 5, 4, 3, 2, 1))
                .write(changed);

        assertThat(bytes(TorchArchive.open(changed), "", "weight"))
                .isEqualTo(floats(6, 5, 4, 3, 2, 1));
        try (Model model = TinyModels.load(changed)) {
            assertThat(model.getBlock().getParameters().get("weight").getArray().toFloatArray())
                    .containsExactly(6, 5, 4, 3, 2, 1);
        }
    }

    @Test
    void anArchiveMayBeOverwrittenByItsOwnCopy() throws IOException {
        Path file = folder.resolve("model.pt");
        Files.copy(TinyModels.file("tiny-bert"), file);

        TorchArchive.open(file)
                .edit()
                .replaceTensor(QUERY, "bias", floats(new float[32]))
                .write(file);

        assertThat(bytes(TorchArchive.open(file), QUERY, "bias")).isEqualTo(floats(new float[32]));
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aFileThatChangedUnderneathIsNoticed() throws IOException {
        Path file = folder.resolve("model.pt");
        Files.copy(TinyModels.file("tiny-bert"), file);
        TorchArchive archive = TorchArchive.open(file);
        Files.write(file, new byte[10]);

        assertThatThrownBy(() -> archive.edit().write(file))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("was changed");
    }

    @Test
    void dataOfTheWrongSizeIsRefused() throws IOException {
        ArchiveEditor editor = TinyModels.open("tiny-bert").edit();
        Path file = folder.resolve("model.pt");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> editor.replaceTensor(QUERY, "bias", floats(1)))
                .withMessageContaining("4 bytes instead of 128");
        for (int size : new int[] {127, 129}) {
            ArchiveEditor streaming =
                    TinyModels.open("tiny-bert")
                            .edit()
                            .replaceTensor(QUERY, "bias", out -> out.write(new byte[size]));
            assertThatThrownBy(() -> streaming.write(file)).isInstanceOf(IOException.class);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void editsThatDontFitTheArchiveAreRefused() throws IOException {
        TorchArchive archive = TinyModels.open("tiny-bert");
        ClassText type = archive.classOf(archive.module(QUERY).orElseThrow());
        Statement linear = statement(type, "torch.linear");
        ArchiveEditor editor = archive.edit().replaceStatement(type, linear, "x = argument_1");
        ClassText root = archive.classOf(archive.module());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> editor.replaceStatement(type, linear, "x = argument_1"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> editor.replaceStatement(root, linear, "x = argument_1"));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                editor.addParameter(
                                        type, "weight", DataType.FLOAT32, new Shape(0), floats()));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                editor.addParameter(
                                        type, "a b", DataType.FLOAT32, new Shape(0), floats()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> editor.renameMethod(type, "nothing", "other"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> editor.renameMethod(type, "forward", "weight"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> editor.renameMethod(type, "forward", "a b"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> editor.replaceTensor("nowhere", "weight", floats()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> editor.replaceTensor(QUERY, "nothing", floats()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> editor.addCode("code/../evil.py", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> editor.addCode(type.file(), ""));
    }

    /** Bit by bit: the same program with the same weights in one process. */
    private void assertSameOutputs(Path file, String name)
            throws IOException, MalformedModelException {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDList expected = TinyModels.run(TinyModels.file(name), name, manager);
            NDList actual = TinyModels.run(file, name, manager);
            assertThat(actual).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(actual.get(i).toFloatArray())
                        .containsExactly(expected.get(i).toFloatArray());
            }
        }
    }

    private static void writeWithWeight(Path file, TensorRecord weight, ByteBuffer storage)
            throws IOException {
        String source =
                """
                class M(Module):
                  __parameters__ = ["weight", ]
                  weight : Tensor
                  def forward(self, x: Tensor) -> Tensor:
                    return x @ self.weight
                """;
        PickleWriter data = new PickleWriter().protocol().startObject("__torch__.M");
        data.text("weight").tensor(weight).setItem().endObject().stop();
        ArchiveWriter writer = new ArchiveWriter("m");
        writer.put("data.pkl", data.toByteArray());
        writer.put("code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
        writer.put("data/0", storage.remaining(), TensorData.of(storage));
        writer.put(
                "constants.pkl", new PickleWriter().protocol().emptyTuple().stop().toByteArray());
        writer.put("version", "3".getBytes(StandardCharsets.UTF_8));
        writer.write(file);
    }

    private static void strip(Path source, Path target) throws IOException {
        try (ZipFile zip = new ZipFile(source.toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(target))) {
            for (ZipEntry entry : zip.stream().toList()) {
                if (!entry.getName().matches("[^/]+/data/\\d+")) {
                    out.putNextEntry(new ZipEntry(entry.getName()));
                    zip.getInputStream(entry).transferTo(out);
                }
            }
        }
    }

    private static Statement statement(ClassText type, String function) {
        return type.methods().stream()
                .flatMap(method -> method.statements().stream())
                .filter(statement -> statement.expression().startsWith(function))
                .findFirst()
                .orElseThrow();
    }

    private static String pathEndingWith(TorchArchive archive, String suffix) {
        return archive.module().stream()
                .map(ModuleNode::path)
                .filter(path -> path.endsWith(suffix))
                .findFirst()
                .orElseThrow();
    }

    private static TensorRecord tensor(TorchArchive archive, String path, String name) {
        return archive.module(path).orElseThrow().tensor(name).orElseThrow().tensor();
    }

    private static ByteBuffer bytes(TorchArchive archive, String path, String name)
            throws IOException {
        return archive.read(tensor(archive, path, name));
    }

    private static ByteBuffer floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }
}
