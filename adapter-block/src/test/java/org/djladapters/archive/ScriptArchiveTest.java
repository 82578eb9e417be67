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
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptArchiveTest {

    private static final String NESTED =
            """
            class Affine(Module):
              __parameters__ = ["weight", ]
              __buffers__ = ["steps", ]
              weight : Tensor
              steps : Tensor
              training : bool
              bias : NoneType
              hook : Optional[bool]
              __annotations__["0"] = __torch__.Shift
              def forward(self, x: Tensor) -> Tensor:
                child = getattr(self, "0")
                return child.forward(x * self.weight) + self.steps

            class Shift(Module):
              __parameters__ = ["bias"]
              bias : Tensor
              def forward(self, x: Tensor) -> Tensor:
                return x + self.bias
            """;

    @TempDir Path folder;

    @Test
    void nestedModulesAreMadeAsTheirClassesDeclare() throws IOException, MalformedModelException {
        Path file = folder.resolve("affine.pt");
        nested().write(file);

        TorchArchive archive = TorchArchive.open(file);
        assertThat(archive.module().stream().map(ModuleNode::path)).containsExactly("", "0");
        assertThat(archive.module().tensor("steps").orElseThrow().isParameter()).isFalse();
        try (Model model = TinyModels.load(file);
                NDManager manager = NDManager.newBaseManager()) {
            assertThat(model.getBlock().getParameters().keys()).containsExactly("weight", "0.bias");
            NDArray x = manager.create(new float[] {1, 2});
            NDList y =
                    model.getBlock()
                            .forward(new ParameterStore(manager, false), new NDList(x), true);
            assertThat(y.singletonOrThrow().toFloatArray()).containsExactly(13.5f, 23.5f);
        }
    }

    @Test
    void aHandWrittenClassCanBeEdited() throws IOException, MalformedModelException {
        Path file = folder.resolve("affine.pt");
        Path changed = folder.resolve("changed.pt");
        nested().write(file);
        TorchArchive archive = TorchArchive.open(file);
        ArchiveEditor editor = archive.edit();
        archive.classes()
                .values()
                .forEach(
                        type ->
                                editor.addParameter(
                                        type, "extra", DataType.FLOAT32, new Shape(0), floats()));
        editor.write(changed);

        try (Model model = TinyModels.load(changed)) {
            assertThat(model.getBlock().getParameters().keys())
                    .containsExactlyInAnyOrder("weight", "0.bias", "extra", "0.extra");
        }
    }

    @Test
    void aClassWithoutAListOfParametersIsGivenOne() throws IOException, MalformedModelException {
        Path file = folder.resolve("plain.pt");
        Path changed = folder.resolve("changed.pt");
        String source = "class Plain(Module):\n  def forward(self, x: Tensor):\n    return x\n";
        ScriptArchive.builder("Plain", source).write(file);
        TorchArchive archive = TorchArchive.open(file);

        archive.edit()
                .addParameter(
                        archive.classOf(archive.module()),
                        "a",
                        DataType.FLOAT32,
                        new Shape(0),
                        floats())
                .addParameter(
                        archive.classOf(archive.module()),
                        "b",
                        DataType.FLOAT32,
                        new Shape(0),
                        floats())
                .write(changed);

        try (Model model = TinyModels.load(changed)) {
            assertThat(model.getBlock().getParameters().keys()).containsExactly("a", "b");
        }
    }

    @Test
    void tensorsAndDeclarationsMustFit() {
        Path file = folder.resolve("affine.pt");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScriptArchive.builder("Affine", NESTED).write(file))
                .withMessageContaining("weight, which was not given");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                nested().optTensor("other", DataType.INT8, new Shape(0), floats())
                                        .write(file))
                .withMessageContaining("no tensors [other]");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                nested().optTensor(
                                                "weight", DataType.FLOAT32, new Shape(2), floats(1))
                                        .write(file))
                .withMessageContaining("4 bytes instead of 8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScriptArchive.builder("Other", NESTED).write(file))
                .withMessageContaining("no class __torch__.Other");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                ScriptArchive.builder("A", "class A(Module):\n  n : int\n")
                                        .write(file))
                .withMessageContaining("can't be of type int");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                ScriptArchive.builder("A", "class A(Module):\n  a : __torch__.A\n")
                                        .write(file))
                .withMessageContaining("contains itself");
        assertThatThrownBy(() -> ScriptArchive.builder("A", "class A(Module):").write(file))
                .isInstanceOf(ArchiveException.class);
        assertThat(folder).isEmptyDirectory();
    }

    private static ScriptArchive.Builder nested() {
        ByteBuffer steps = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 3);
        return ScriptArchive.builder("Affine", NESTED)
                .optTensor("weight", DataType.FLOAT32, new Shape(), floats(10))
                .optTensor("steps", DataType.INT64, new Shape(1), steps)
                .optTensor("0.bias", DataType.FLOAT32, new Shape(1), floats(0.5f));
    }

    private static ByteBuffer floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }
}
