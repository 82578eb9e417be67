/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.djladapters.archive.ScriptArchive;
import org.djladapters.archive.TorchArchive;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.OpenOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that were not written by who opens them. */
class UntrustedModelTest {

    private static final String HEAD =
            """
            class Top(Module):
              __parameters__ = ["weight", ]
              __buffers__ = []
              weight : Tensor
              training : bool
              def forward(self: __torch__.Top, x: Tensor) -> Tensor:
                y = torch.linear(x, self.weight)
            """;

    private static final OpenOptions ALLOWED =
            OpenOptions.builder().optAllowFileAccess(true).build();

    @TempDir Path folder;

    /** The engine compiles most of these: they would run. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "torch.save(y, 'FILE')",
                "y = torch.load('FILE')",
                "y = torch.from_file('FILE', False, 4)",
                "y = ops.aten.from_file('FILE', False, 4)",
                "y = torch.ops.aten.from_file('FILE', False, 4)",
                "y.save('FILE')",
                "y = ('FILE').from_file(False, 4)",
                "t = torch\n    t.save(y, 'FILE')",
                "o = ops\n    o.aten.save(y, 'FILE')",
                "o = ops.aten\n    o.save(y, 'FILE')",
                "torch\\\n.save(y, 'FILE')",
                "z = (torch # a comment\n      .save)(y, 'FILE')",
                "getattr(torch, 'save')(y, 'FILE')",
                "getattr(torch, 'sa' 've')(y, 'FILE')",
                "getattr(torch, '\\163ave')(y, 'FILE')",
                "s = torch.save\n    s(y, 'FILE')",
                "ops.c10d.barrier(y)",
                "ops.unknown.operator(y)",
                "z = __torch__.torch.classes.dist_c10d.TCPStore('a', 1)",
                "t = __torch__\n    z = t.torch.classes.dist_c10d.TCPStore('a', 1)",
                "t = __torch__.torch\n    z = t.classes.dist_c10d.TCPStore('a', 1)",
                "(self).__torch__.save('FILE')",
                "__torch__.Color.RED.value.save('FILE')",
                "z = rpc_async('a', y)",
                "y = torch._reshape_alias(y, [1000000], [1])"
            })
    void aProgramThatTouchesFilesIsRefused(String statement) throws IOException {
        Path file = folder.resolve("file");
        Path model = model(HEAD + "    " + statement.replace("FILE", file.toString()) + "\n");

        assertThatThrownBy(() -> AdaptedModel.open(model))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(model + "/m.pt calls ")
                .hasMessageContaining("(code/__torch__.py, line ")
                .hasMessageContaining("--allow-file-access")
                .hasMessageNotContaining("\n");
    }

    /** So a published model is checked before DJL alone opens it. */
    @Test
    void anArchiveIsCheckedForAnEngineThatOpensItItself() throws IOException {
        OpenOptions usual = OpenOptions.builder().build();
        ModelDirectory model = ModelDirectory.open(model(HEAD + "    torch.save(y, 'f')\n"));
        assertThatThrownBy(() -> model.checkArchive(usual)).hasMessageContaining("torch.save");
        assertThatCode(() -> model.checkArchive(ALLOWED)).doesNotThrowAnyException();

        rewrite(
                model.path(),
                entries -> entries.put("code/__torch__.py.debug_pkl", bytes("cos\nsystem\n.")));
        assertThatThrownBy(() -> model.checkArchive(ALLOWED))
                .hasMessageStartingWith(
                        model.archive().orElseThrow() + ": code/__torch__.py.debug_pkl");
    }

    @Test
    void aProgramMayTouchFilesWhereThatIsAllowed() throws Exception {
        Path file = folder.resolve("file");
        Path model = model(HEAD + "    torch.save(y, '" + file + "')\n");

        try (AdaptedModel opened = AdaptedModel.open(model, ALLOWED)) {
            run(opened);
        }

        assertThat(file).isNotEmptyFile();
    }

    @Test
    void whatOnlyLooksLikeFilesIsNoReason() throws Exception {
        Path model =
                model(
                        HEAD
                                + "    save = torch.neg(y)\n"
                                + "    load = getattr(self, 'weight')\n"
                                + "    text = 'torch.save, ops.other.name'\n"
                                + "    y = __torch__.save(save)\n"
                                + "    y = ops.prim.NumToTensor(torch.size(y, 0)) # torch.save\n",
                        "def save(x: Tensor) -> Tensor:\n  return torch.neg(x)\n");

        try (AdaptedModel opened = AdaptedModel.open(model)) {
            assertThat(opened.targetModules()).hasSize(1);
        }
    }

    /** The engine finds entries whatever their case, and which of two is not said. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "DATA.PKL",
                "Constants.pkl",
                "Version",
                "CODE/__torch__/other.py",
                "code/__torch__/other.PY",
                "code/__TORCH__.py"
            })
    void entriesThatTheEngineTakesForOthersAreRefused(String name) throws IOException {
        Path model = model(HEAD);
        rewrite(model, entries -> entries.put(name, bytes("1")));

        assertThatThrownBy(() -> ModelDirectory.open(model).checkArchive(ALLOWED))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(model + "/m.pt is not written by PyTorch: ")
                .hasMessageContaining(name);
    }

    @Test
    void aMethodMayBeNamedLikeWhatLeadsToOperators() throws Exception {
        Path model =
                model(
                        HEAD + "    y = (self).ops(y)\n    y = (self).torch(y)\n",
                        "  def ops(self: __torch__.Top, x: Tensor) -> Tensor:\n    return x\n",
                        "  def torch(self: __torch__.Top, x: Tensor) -> Tensor:\n    return x\n");

        try (AdaptedModel opened = AdaptedModel.open(model)) {
            assertThat(run(opened)).isEqualTo(new Shape(2, 2));
            assertThat(run(opened)).isEqualTo(new Shape(2, 2));
        }
    }

    /** Quantized modules of PyTorch unpack their weights so; nobody else's code runs unasked. */
    @Test
    void codeThatRunsWhileAModelIsLoadedIsRefused() throws IOException {
        Path model = withState("__torch__.mine.Wrapped");
        assertThatThrownBy(() -> AdaptedModel.open(model))
                .hasMessageStartingWith(model + "/m.pt runs its own code while it is loaded")
                .hasMessageContaining("__torch__.mine.Wrapped.__setstate__");
        assertThatCode(() -> AdaptedModel.open(model, ALLOWED).close()).doesNotThrowAnyException();

        Path quantized = withState("__torch__.torch.ao.nn.quantized.modules.linear.Wrapped");
        assertThatCode(() -> AdaptedModel.open(quantized).close()).doesNotThrowAnyException();
    }

    /** A model with a child whose class has its own way to be loaded. */
    private Path withState(String className) throws IOException {
        int dot = className.lastIndexOf('.');
        String entry = "code/" + className.substring(0, dot).replace('.', '/') + ".py";
        String child =
                """
                class Wrapped(Module):
                  __parameters__ = []
                  __buffers__ = []
                  size : int
                  training : bool
                  def __getstate__(self: NAME) -> int:
                    return 0
                  def __setstate__(self: NAME, state: int) -> NoneType:
                    self.size = state
                    self.training = True
                    return None
                """
                        .replace("NAME", className);
        Path model = model(HEAD + "    x = y\n");
        rewrite(
                model,
                entries -> {
                    String text = text(entries.get("code/__torch__.py"));
                    entries.put(
                            "code/__torch__.py",
                            bytes(
                                    text.replace(
                                            "  training",
                                            "  child : " + className + "\n  training")));
                    entries.put(entry, bytes(child));
                    String pickle = text(entries.get("data.pkl"));
                    String object =
                            "X\5\0\0\0childc%s\n%s\n)\u0081K\7bs"
                                    .formatted(
                                            className.substring(0, dot),
                                            className.substring(dot + 1));
                    int end = pickle.lastIndexOf("b.");
                    entries.put("data.pkl", bytes(pickle.substring(0, end) + object + "b."));
                });
        return model;
    }

    @Test
    void aChangedByteOfAConstantIsRefused() throws IOException {
        Path model = copy("tiny-gpt2");
        Path archive = ModelDirectory.open(model).archive().orElseThrow();
        rewrite(
                model,
                entries -> {
                    byte[] pickle = entries.get("constants.pkl");
                    int shape = text(pickle).indexOf("cpu") + 6;
                    while (pickle[shape] != 'K') {
                        shape++;
                    }
                    pickle[shape + 1] = 100;
                });

        assertThatThrownBy(() -> AdaptedModel.open(model))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(archive.toString())
                .hasMessageContaining("constants.pkl");
    }

    @Test
    void aModelThatCanNotPredictIsRefused() throws IOException {
        Path model = model(HEAD.replace("def forward", "def backward"));
        assertThatThrownBy(() -> AdaptedModel.open(model))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(model + "/m.pt: the model has no method forward");

        Path bare = model(HEAD);
        rewrite(
                bare,
                entries -> {
                    String text = text(entries.get("code/__torch__.py"));
                    int method = text.indexOf("  def forward");
                    entries.put("code/__torch__.py", bytes(text.substring(0, method)));
                });
        assertThatThrownBy(() -> AdaptedModel.open(bare)).hasMessageContaining("no method forward");
    }

    /** The bytes of weights are checked in the pass that copies them for the engine. */
    @Test
    void aChangedBitOfAWeightIsRefused() throws IOException {
        Path model = copy("tiny-bert");
        Path archive = ModelDirectory.open(model).archive().orElseThrow();
        byte[] bytes = Files.readAllBytes(archive);
        int name = text(bytes).indexOf("/data/7") + "/data/7".length();
        bytes[name + 200] ^= 1; // entries begin at multiples of 64 bytes
        Files.write(archive, bytes);

        assertThatThrownBy(() -> AdaptedModel.open(model))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(archive + " is damaged (the checksum of ")
                .hasMessageEndingWith("get the file again");
    }

    /** Such a chain of values, each used once, ended a process whose threads had usual stacks. */
    @Test
    void aLongChainOfValuesIsPrepared() throws Exception {
        Path model = model(HEAD + "    y = torch.neg(y)\n".repeat(5000));

        try (AdaptedModel opened = AdaptedModel.open(model)) {
            assertThat(run(opened)).isEqualTo(new Shape(2, 2));
            assertThat(run(opened)).isEqualTo(new Shape(2, 2));
            assertThat(run(opened)).isEqualTo(new Shape(2, 2));
        }
    }

    /** The engine finds the file of a function whatever its case. */
    @Test
    void functionsThatNeedEachOtherAreCountedWhateverTheirCase() throws Exception {
        Path model = model(HEAD + "    y = __torch__.f0.f(y)\n");
        rewrite(
                model,
                entries -> {
                    for (int i = 0; i < 600; i++) {
                        String text = "def f(x: Tensor) -> Tensor:\n  return __torch__.f%d.f(x)\n";
                        entries.put("code/__torch__/F" + i + ".py", bytes(text.formatted(i + 1)));
                    }
                });

        assertThatThrownBy(() -> AdaptedModel.open(model))
                .hasMessageContaining("functions that call one another");
    }

    @Test
    void manyFunctionsThatCallEachOtherAreRead() throws Exception {
        StringBuilder functions = new StringBuilder();
        for (int i = 0; i < 400; i++) {
            String next = i == 399 ? "x" : "__torch__.f" + (i + 1) + "(x)";
            functions.append("def f" + i + "(x: Tensor) -> Tensor:\n  return " + next + "\n");
        }
        Path model = model(HEAD + "    y = __torch__.f0(y)\n", functions.toString());

        try (AdaptedModel opened = AdaptedModel.open(model)) {
            assertThat(run(opened)).isEqualTo(new Shape(2, 2));
        }
    }

    @ParameterizedTest
    @MethodSource("org.djladapters.model.Models#names")
    void exportsTouchNoFiles(String name) throws IOException {
        TorchArchive archive =
                TorchArchive.open(
                        ModelDirectory.open(Models.directory(name)).archive().orElseThrow());

        assertThatCode(archive::requireNoFileAccess).doesNotThrowAnyException();
        assertThatCode(archive::requireIntact).doesNotThrowAnyException();
    }

    private static Shape run(AdaptedModel model) throws Exception {
        try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator());
                NDList inputs = new NDList(model.model().getNDManager().ones(new Shape(2, 2)));
                NDList outputs = predictor.predict(inputs)) {
            return outputs.singletonOrThrow().getShape();
        }
    }

    /** Writes a model with a statement more and perhaps functions. */
    private Path model(String source, String... functions) throws IOException {
        Path model = Files.createTempDirectory(folder, "model");
        String text = source + "    return y\n" + String.join("", functions);
        ScriptArchive.builder("Top", text)
                .optTensor("weight", DataType.FLOAT32, new Shape(2, 2), ByteBuffer.allocate(16))
                .write(model.resolve("m.pt"));
        return model;
    }

    private Path copy(String name) throws IOException {
        Path model = Files.createTempDirectory(folder, "model");
        try (Stream<Path> files = Files.list(Models.directory(name))) {
            for (Path file : files.toList()) {
                Files.copy(file, model.resolve(file.getFileName()));
            }
        }
        return model;
    }

    @FunctionalInterface
    private interface Change {
        void apply(Map<String, byte[]> entries);
    }

    /** Changes entries of a model's archive; their checksums are right. */
    private static void rewrite(Path model, Change change) throws IOException {
        Path archive = ModelDirectory.open(model).archive().orElseThrow();
        String root = "";
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                int slash = entry.getName().indexOf('/') + 1;
                root = entry.getName().substring(0, slash);
                entries.put(
                        entry.getName().substring(slash), zip.getInputStream(entry).readAllBytes());
            }
        }
        change.apply(entries);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                ZipEntry header = new ZipEntry(root + entry.getKey());
                CRC32 crc = new CRC32();
                crc.update(entry.getValue());
                header.setMethod(ZipEntry.STORED);
                header.setSize(entry.getValue().length);
                header.setCrc(crc.getValue());
                zip.putNextEntry(header);
                zip.write(entry.getValue());
            }
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
