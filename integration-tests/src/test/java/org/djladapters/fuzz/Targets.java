/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.fuzz;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.djladapters.archive.ScriptArchive;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.merged.OnnxGraphs;
import org.djladapters.checkpoint.quantized.QuantizedArchive;
import org.djladapters.checkpoint.quantized.QuantizedOnnx;
import org.djladapters.data.AnswerData;
import org.djladapters.data.ClickLog;
import org.djladapters.data.ImageFolder;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.PromptData;
import org.djladapters.data.TextColumns;
import org.djladapters.data.TextData;
import org.djladapters.data.TextDataset;
import org.djladapters.data.TokenData;
import org.djladapters.data.encoding.ImagePreprocessing;
import org.djladapters.data.encoding.TokenizerFile;
import org.djladapters.examples.sweep.SweepFile;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.client.Listing;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.djladapters.onnx.OnnxFile;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.student.StaticEmbedder;
import org.djladapters.student.StaticFiles;
import org.djladapters.vectors.QuantizedVectors;
import org.djladapters.vectors.VectorEncoding;
import org.djladapters.vectors.VectorSearch;
import org.djladapters.vectors.VectorTable;
import org.djladapters.zoo.AdapterZoo;
import org.djladapters.zoo.Publisher;

/** All readers of files that strangers may have written. */
final class Targets implements AutoCloseable {

    private static final String CLASSIFIER = "tiny-bert-classifier";

    private static final String PROGRAM =
            """
            class Top(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              layer : __torch__.Layer
              def forward(self: __torch__.Top,
                x: Tensor) -> Tensor:
                y = (self.layer).forward(x, )
                if torch.eq(torch.dim(y), 2):
                  z = torch.add(y, CONSTANTS.c0)
                else:
                  z = y
                for i in range(2):
                  z = torch.mul(z, 0.5)
                sizes = annotate(List[int], [torch.size(z, 0), -1])
                _0 = __torch__.scaled
                return torch.reshape(_0(z, "a", ), sizes)
            class Layer(Module):
              __parameters__ = ["weight", "bias", ]
              __buffers__ = []
              weight : Tensor
              bias : Tensor
              names : Optional[Dict[str, int]]
              training : bool
              def forward(self: __torch__.Layer, x: Tensor) -> Tensor:
                bias = self.bias
                weight = self.weight
                return torch.linear(x, weight, bias)
            def scaled(x: Tensor, name: str) -> Tensor:
              return torch.mul(x, 2)
            """;

    /** A constant of two numbers, as PyTorch writes it. */
    private static final String CONSTANTS =
            "\u0080\u0002(ctorch._utils\n_rebuild_tensor_v2\nq\u0000((X\u0007\0\0\0storageq\u0001"
                    + "ctorch\nFloatStorage\nq\u0002X\u0001\0\0\0"
                    + "0q\u0003X\u0003\0\0\0cpuq\u0004"
                    + "K\u0002tq\u0005QK\u0000K\u0002\u0085q\u0006K\u0001\u0085q\u0007\u0089"
                    + "ccollections\nOrderedDict\nq\u0008)Rq\u0009tq\nRq\u000btq\u000c.";

    private static final String WORDS =
            """
            -DOCSTART-\t-\tO

            # id 1
            Mira\tN\tB-person
            sings\tV\tO

            Oslo\tN\tS-place
            """;

    private static final String TABLE =
            "label\tsentence1\tsentence2\n0\tA cat.\tA dog.\n1\t\"x\"\ty\n0.5\tthird row\tsame\n";

    private static final String LOG =
            "query\tpassage\tclicked\tposition\tcount\na\tA cat.\t1\t2\t3\nb\tx\t0\t1\t1\n";

    private static final String ROWS =
            """
            {"label": 0, "sentence1": "A cat.", "sentence2": "A dog."}
            {"label": "1", "sentence1": "\\"x\\"", "sentence2": "y"}
            {"label": 0.5, "sentence1": "third \\u732b", "sentence2": "same"}
            """;

    private static final String VECTORS =
            """
            {"id": 1, "text": "A cat.", "embedding": [1, -2.5e-1]}
            {"id": "b", "text": "\\u732b", "vector": [0.5, 3], "metadata": {"a": [null]}}
            """;

    private static final String STORE =
            """
            {"entries": [
              {"id": "a", "embedding": {"vector": [1.0, 1.0E-9]}, "embedded": null},
              {"id": "b", "embedding": {"vector": [-1.0, 2.0]}, "embedded": null}]}
            """;

    private static final String SENTENCES =
            "label\tsentence1\tsentence2\na\tA cat's 3.5 naïve words, 猫 \ud83d\ude00\tno dog\n"
                    + "b\t"
                    + "long ".repeat(50)
                    + "\t.\n";

    private static final String SWEEP =
            """
            {"suite": "s", "held_back": 0.34, "seeds": [1, 2], "training": "--epochs 1",
             "rates": [0.5, 1],
             "tasks": [{"name": "t", "train": "train.tsv", "dev": "dev.tsv", "test": "test.tsv",
                        "examples": 10}],
             "methods": [{"name": "lora", "options": "--method lora --rank 2",
                          "learning_rate": 0.01, "budget": 100, "seeds": [2]}]}
            """;

    private static final String CONFIG =
            """
            {"model_type": "bert", "hidden_size": 32, "num_labels": 3, "vocab_size": 99,
             "hidden_sizes": [8, 16], "id2label": {"0": "a", "1": "b", "2": "c"},
             "pad_token_id": 0, "eos_token_id": [2, 3], "max_position_embeddings": 64,
             "image_size": [30, 30], "patch_size": 2}
            """;

    private static final List<String> PARQUET =
            List.of("none.parquet", "snappy.parquet", "gzip.parquet", "zstd.parquet");

    /** What the HuggingFace hub says of a model. */
    private static final String LISTING =
            """
            {"id": "acme/tiny", "sha": "0123456789abcdef0123456789abcdef01234567", "gated": false,
             "siblings": [{"rfilename": "config.json"}, {"rfilename": "1_Pooling/config.json"},
                          {"rfilename": "model.safetensors"}]}
            """;

    private static final String QUESTIONS =
            """
            {"version": "v2.0", "data": [{"title": "t", "paragraphs": [
              {"context": "A naïve boat \ud83d\ude00 at the pier.", "qas": [
                {"id": "1", "question": "Where?", "is_impossible": false,
                 "answers": [{"text": "the pier", "answer_start": 18}]},
                {"id": "2", "question": "Who?", "is_impossible": true, "answers": []}]}]}]}
            """;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final AdaptedModel classifier;
    private final NDList inputs;
    private final List<Target> all;

    Targets(Path folder) throws IOException {
        classifier = AdaptedModel.open(Models.directory(CLASSIFIER));
        inputs = new NDList();
        for (int i = 0; i < classifier.inputNames().size(); i++) {
            inputs.add(manager.ones(new Shape(1, 4), DataType.INT64));
        }
        List<Path> checkpoints = checkpoints();
        Path tensors = checkpoints.get(0).resolve("adapter_model.safetensors");
        Path published = publish(folder, checkpoints.get(0));
        List<Path> archives = archives(folder);
        Target archive = new ArchiveTarget(archives, this::predict);
        Target quantized = new ArchiveTarget(List.of(quantized(archives.get(0))), this::predict);
        all =
                List.of(
                        text("config.json", CONFIG, Damage::json, Targets::describe),
                        text("table.tsv", TABLE, Damage::cells, TextData::read),
                        text(
                                "table.csv",
                                TABLE,
                                (damage, table) -> damage.cells(table).replace('\t', ','),
                                TextData::read),
                        text("table.jsonl", ROWS, Targets::damageLines, TextData::read),
                        text(
                                "named.jsonl",
                                ROWS,
                                Targets::damageLines,
                                file -> TextData.read(file, TextColumns.of("sentence1"))),
                        text(
                                "prompts.tsv",
                                TABLE.replace("label", "prompt").replace("sentence1", "response"),
                                Damage::cells,
                                PromptData::read),
                        text(
                                "log.tsv",
                                LOG,
                                Damage::cells,
                                file -> ClickLog.builder().setFile(file).read()),
                        text("words.conll", WORDS, Damage::cells, TokenData::read),
                        text("squad.json", QUESTIONS, Damage::json, AnswerData::read),
                        text("sweep.json", SWEEP, Damage::json, SweepFile::read),
                        text(
                                "listing.json",
                                LISTING,
                                Damage::json,
                                file -> Listing.parse(file.toString(), asUtf8(file))),
                        text("vectors.jsonl", VECTORS, Targets::damageLines, VectorTable::read),
                        text("store.json", STORE, Damage::json, VectorTable::read),
                        new FolderTarget("vectors", vectors(folder), Targets::search),
                        new FolderTarget("student", student(folder), Targets::embed),
                        text("tokenizer.json", tokenizer(), Damage::json, Targets::encode),
                        bytes(List.of("a.png", "a.jpg"), Targets::picture, Targets::decode),
                        bytes(PARQUET, Targets::parquet, Targets::readTable),
                        new FolderTarget("safetensors", tensors.getParent(), this::readTensors),
                        new FolderTarget("adapter", checkpoints, this::predictWith),
                        bytes(List.of("model.onnx"), Targets::onnx, OnnxFile::open),
                        bytes(List.of("float.onnx"), Targets::onnx, Targets::quantize),
                        quantized,
                        new FolderTarget("zoo", published, this::browse),
                        archive,
                        archive, // of which most can be wrong
                        archive);
    }

    List<Target> all() {
        return all;
    }

    private static List<Path> checkpoints() throws IOException {
        Path folder;
        try {
            folder = Path.of(Targets.class.getResource("/checkpoints").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(path -> path.toString().endsWith(CLASSIFIER)).sorted().toList();
        }
    }

    private static Path publish(Path folder, Path adapter) throws IOException {
        Path repository = folder.resolve("published");
        Publisher.builder()
                .setRepository(repository)
                .setCoordinates("org.example:fuzz:1.0")
                .build()
                .publish(adapter);
        return repository;
    }

    private static List<Path> archives(Path folder) throws IOException {
        List<Path> archives = new ArrayList<>(List.of(small(folder)));
        for (String name : List.of(CLASSIFIER, "tiny-gpt2")) {
            archives.add(ModelDirectory.open(Models.directory(name)).archive().orElseThrow());
        }
        return archives;
    }

    /** A model with a bit of everything, which opens in a few milliseconds. */
    private static Path small(Path folder) throws IOException {
        Path plain = folder.resolve("plain.pt");
        ScriptArchive.builder("Top", PROGRAM)
                .optTensor("layer.weight", DataType.FLOAT32, new Shape(2, 2), floats(4))
                .optTensor("layer.bias", DataType.FLOAT32, new Shape(2), floats(2))
                .write(plain);
        Path file = folder.resolve("small.pt");
        try (ZipFile zip = new ZipFile(plain.toFile());
                OutputStream out = Files.newOutputStream(file);
                ZipOutputStream copy = new ZipOutputStream(out)) {
            Map<String, byte[]> entries = new LinkedHashMap<>();
            for (ZipEntry entry : zip.stream().toList()) {
                entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
            entries.put("Top/constants.pkl", CONSTANTS.getBytes(StandardCharsets.ISO_8859_1));
            entries.put("Top/constants/0", floats(2).array());
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                copy.putNextEntry(new ZipEntry(entry.getKey()));
                copy.write(entry.getValue());
            }
        }
        return file;
    }

    /** The same with its layer in int8, which the engine packs when it opens the model. */
    private static Path quantized(Path archive) throws IOException {
        Path copy = Files.copy(archive, archive.resolveSibling("quantized.pt"));
        QuantizedArchive.quantize(copy);
        return copy;
    }

    private static Object quantize(Path file) throws IOException {
        QuantizedOnnx.quantize(file);
        return OnnxFile.class;
    }

    private static ByteBuffer floats(int count) {
        ByteBuffer floats = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            floats.putFloat(0.5f + i);
        }
        return floats.rewind();
    }

    /** Reads a file and uses what it holds. */
    @FunctionalInterface
    private interface Reader {
        Object read(Path file) throws IOException;
    }

    @FunctionalInterface
    private interface Change {
        String apply(Damage damage, String text);
    }

    private static String damageLines(Damage damage, String lines) {
        return lines.lines().map(damage::json).collect(Collectors.joining("\n"));
    }

    private static Target text(String file, String text, Change change, Reader reader) {
        return new Target() {
            @Override
            public String name() {
                return file;
            }

            @Override
            public void attempt(Random random, Path folder) throws IOException {
                Damage damage = new Damage(random);
                byte[] bytes = change.apply(damage, text).getBytes(StandardCharsets.UTF_8);
                Path path = folder.resolve(file);
                Files.write(path, damage.rarely(8) ? damage.bytes(bytes) : bytes);
                reader.read(path);
            }
        };
    }

    /** Decodes as the hub's client does, which has no file to name. */
    private static String asUtf8(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    @FunctionalInterface
    private interface Writer {
        byte[] write(String file) throws IOException;
    }

    private static Target bytes(List<String> files, Writer writer, Reader reader) {
        return new Target() {
            @Override
            public String name() {
                return files.toString();
            }

            @Override
            public void attempt(Random random, Path folder) throws IOException {
                Damage damage = new Damage(random);
                String file = damage.any(files);
                Path path = Files.createDirectory(folder.resolve("label")).resolve(file);
                Files.write(path, damage.bytes(writer.write(file)));
                reader.read(path);
            }
        };
    }

    /** Folders of which one file is damaged: the values of JSON, headers of safetensors, bytes. */
    private record FolderTarget(String name, List<Path> folders, Reader reader) implements Target {

        FolderTarget(String name, Path folder, Reader reader) {
            this(name, List.of(folder), reader);
        }

        @Override
        public void attempt(Random random, Path folder) throws IOException {
            Damage damage = new Damage(random);
            Path from = damage.any(folders);
            List<Path> files;
            try (Stream<Path> walk = Files.walk(from)) {
                files = walk.filter(Files::isRegularFile).sorted().toList();
            }
            for (Path file : files) {
                Path to = folder.resolve(from.relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.copy(file, to);
            }
            Path chosen = folder.resolve(from.relativize(damage.any(files)).toString());
            byte[] bytes = Files.readAllBytes(chosen);
            if (damage.rarely(10)) {
                bytes = damage.bytes(bytes);
            } else if (chosen.toString().endsWith(".json")) {
                bytes = damage.json(text(bytes)).getBytes(StandardCharsets.UTF_8);
            } else if (chosen.toString().endsWith(".safetensors")) {
                bytes = header(bytes, damage);
            }
            Files.write(chosen, bytes);
            reader.read(folder);
        }

        private static String text(byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        /** Damages the header and says how long it is then, so that the rest is read. */
        private static byte[] header(byte[] file, Damage damage) {
            ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
            byte[] header = new byte[(int) in.getLong()];
            in.get(header);
            byte[] changed = damage.json(text(header)).getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(8 + changed.length + in.remaining())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(changed.length)
                    .put(changed)
                    .put(in)
                    .array();
        }
    }

    private static Object describe(Path config) throws IOException {
        Files.createFile(config.resolveSibling("m.pt"));
        ModelDirectory model = ModelDirectory.open(config.getParent());
        return List.of(
                model.modelType(),
                model.hiddenSize(),
                model.numLabels(),
                model.labels(),
                model.padTokenId(),
                model.endTokenId(),
                model.vocabularySize(),
                model.maxPositions(),
                model.imageSize(),
                model.patchSize());
    }

    private static String tokenizer() throws IOException {
        return Files.readString(Models.directory(CLASSIFIER).resolve(TokenizerFile.NAME));
    }

    private static Object encode(Path tokenizer) throws IOException {
        Path folder = tokenizer.getParent();
        Files.createFile(folder.resolve("m.pt"));
        TextData data = TextData.read(Files.writeString(folder.resolve("rows.tsv"), SENTENCES));
        TextDataset.Builder builder =
                TextDataset.builder()
                        .setData(data)
                        .setModel(ModelDirectory.open(folder))
                        .setInputs(List.of("input_ids", "attention_mask"))
                        .optMaxLength(16)
                        .setLabelSpace(LabelSpace.of(data));
        try {
            return builder.build();
        } catch (RuntimeException e) {
            throw new Target.UseException(e);
        }
    }

    private static byte[] parquet(String file) throws IOException {
        try (InputStream table =
                Targets.class.getResourceAsStream("/org/djladapters/data/reading/" + file)) {
            return table.readAllBytes();
        }
    }

    private static Object readTable(Path file) throws IOException {
        return TextData.read(file, TextColumns.of("sentence1"));
    }

    private static byte[] picture(String file) throws IOException {
        BufferedImage picture = new BufferedImage(12, 9, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 12 * 9; i++) {
            picture.setRGB(i % 12, i / 12, 0x1b0f35 * i);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(picture, file.substring(file.indexOf('.') + 1), out);
        return out.toByteArray();
    }

    private static byte[] onnx(String file) {
        return new OnnxGraphs().onnx(OnnxGraphs.Names.OF_NODES).build().toByteArray();
    }

    private static Object decode(Path picture) throws IOException {
        List<Double> ones = List.of(1.0, 1.0, 1.0);
        ImagePreprocessing preprocessing = new ImagePreprocessing(8, ones, ones);
        ImageFolder pictures = ImageFolder.read(picture.getParent().getParent());
        return preprocessing.pixels(pictures.files().get(0));
    }

    private Object readTensors(Path folder) throws IOException {
        try (NDManager scope = manager.newSubManager();
                SafetensorsFile file =
                        SafetensorsFile.open(folder.resolve("adapter_model.safetensors"))) {
            return file.readAll(scope).size();
        }
    }

    private static Path vectors(Path folder) throws IOException {
        Path vectors = Files.createDirectory(folder.resolve("vectors"));
        VectorTable table =
                VectorTable.of(
                        List.of("a", "b"),
                        Optional.of(List.of("one", "two")),
                        new float[] {1, 2, -3, 0.5f},
                        Map.of());
        table.write(vectors.resolve("float32.safetensors"));
        QuantizedVectors.of(table, VectorEncoding.INT8).write(vectors.resolve("int8.safetensors"));
        return vectors;
    }

    private static Object search(Path folder) throws IOException {
        VectorTable table = VectorTable.read(folder.resolve("float32.safetensors"));
        QuantizedVectors int8 = QuantizedVectors.read(folder.resolve("int8.safetensors"));
        return use(() -> VectorSearch.of(int8).search(table.row(0), 2));
    }

    private static Path student(Path folder) throws IOException {
        Path student = Files.createDirectory(folder.resolve("student"));
        JsonObject tokenizer = JsonParser.parseString(tokenizer()).getAsJsonObject();
        int tokens = tokenizer.getAsJsonObject("model").getAsJsonObject("vocab").size();
        StaticFiles.write(student, tokenizer, new float[2 * tokens], 2, "fuzz");
        return student;
    }

    private static Object embed(Path folder) throws IOException {
        StaticEmbedder student = StaticEmbedder.open(folder);
        return use(() -> student.embed(SENTENCES));
    }

    private Object browse(Path repository) throws IOException {
        AdapterZoo.of(repository.toString()).list();
        return AdapterZoo.fetch(repository + "#org.example:fuzz:1.0");
    }

    private Object predictWith(Path adapter) throws IOException {
        AdapterDirectory.load(classifier, "fuzz", adapter);
        try {
            return use(() -> run(classifier, inputs));
        } finally {
            classifier.delete("fuzz");
        }
    }

    private void predict(Path folder) throws IOException {
        try (AdaptedModel model = AdaptedModel.open(folder);
                NDManager scope = manager.newSubManager()) {
            NDArray one = scope.ones(new Shape(2, 2));
            NDArray ids = scope.ones(new Shape(2, 2), DataType.INT64);
            NDList given = new NDList();
            boolean floats = model.inputNames().size() == 1;
            model.inputNames().forEach(name -> given.add(floats ? one : ids));
            use(() -> run(model, given));
        }
    }

    private static Object use(Supplier<Object> use) {
        try {
            return use.get();
        } catch (RuntimeException e) {
            throw new Target.UseException(e);
        }
    }

    private static Object run(AdaptedModel model, NDList inputs) {
        try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator());
                NDList outputs = predictor.predict(inputs)) {
            return outputs.size();
        } catch (TranslateException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        classifier.close();
        manager.close();
    }
}
