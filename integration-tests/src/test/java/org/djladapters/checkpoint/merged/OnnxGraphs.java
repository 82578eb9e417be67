/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.Float16Utils;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.djladapters.archive.ScriptArchive;

/**
 * A model with a layer of every kind, as a TorchScript model and as ONNX: tokens are embedded, go
 * through two linear layers, a convolution and a classifier.
 *
 * <pre>
 * h = tanh(E[ids] Wᵀ + b),  g = h Vᵀ + c,  f = mean(relu(conv(g))),  logits = f Uᵀ + d
 * </pre>
 */
public final class OnnxGraphs {

    private static final int WIDTH = 8;
    private static final int VOCABULARY = 20;

    private static final Map<String, Shape> SHAPES = new LinkedHashMap<>();

    static {
        SHAPES.put("words.weight", new Shape(VOCABULARY, WIDTH));
        SHAPES.put("query.weight", new Shape(WIDTH, WIDTH));
        SHAPES.put("query.bias", new Shape(WIDTH));
        SHAPES.put("value.weight", new Shape(WIDTH, WIDTH));
        SHAPES.put("value.bias", new Shape(WIDTH));
        SHAPES.put("conv.weight", new Shape(4, 1, 3, 3));
        SHAPES.put("conv.bias", new Shape(4));
        SHAPES.put("classifier.weight", new Shape(3, 4));
        SHAPES.put("classifier.bias", new Shape(3));
    }

    private static final String PROGRAM =
            """
            class Net(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              words : __torch__.Words
              query : __torch__.Linear
              value : __torch__.Linear
              conv : __torch__.Conv
              classifier : __torch__.Linear
              def forward(self, input_ids: Tensor) -> Dict[str, Tensor]:
                h = torch.tanh((self.query).forward((self.words).forward(input_ids, ), ))
                g = torch.unsqueeze((self.value).forward(h, ), 1)
                f = torch.mean(torch.relu((self.conv).forward(g, )), [2, 3])
                return {"logits": (self.classifier).forward(f, )}
            class Words(Module):
              __parameters__ = ["weight", ]
              __buffers__ = []
              weight : Tensor
              training : bool
              def forward(self, ids: Tensor) -> Tensor:
                weight = self.weight
                return torch.embedding(weight, ids)
            class Linear(Module):
              __parameters__ = ["weight", "bias", ]
              __buffers__ = []
              weight : Tensor
              bias : Tensor
              training : bool
              def forward(self, x: Tensor) -> Tensor:
                bias = self.bias
                weight = self.weight
                return torch.linear(x, weight, bias)
            class Conv(Module):
              __parameters__ = ["weight", "bias", ]
              __buffers__ = []
              weight : Tensor
              bias : Tensor
              training : bool
              def forward(self, x: Tensor) -> Tensor:
                bias = self.bias
                weight = self.weight
                return torch._convolution(x, weight, bias, [1, 1], [1, 1], [1, 1], False, [0, 0], 1, False, False, True, True)
            """;

    /** How an exporter names and places the weights of the two linear layers in the middle. */
    public enum Names {

        /** As PyTorch's older exporter: transposed and anonymous, nodes named after modules. */
        OF_NODES,

        /** As they are, transposed by a node. */
        OF_PARAMETERS,

        /** As PyTorch's newer exporter: transposed, and nothing has a telling name. */
        NONE
    }

    private final DataType type;
    private final Map<String, float[]> weights = new LinkedHashMap<>();

    /** Draws weights; all differ. */
    public OnnxGraphs() {
        this(DataType.FLOAT32);
    }

    /** Draws weights and rounds them to a type. */
    public OnnxGraphs(DataType type) {
        this.type = type;
        Random random = new Random(3);
        SHAPES.forEach(
                (name, shape) -> {
                    float[] values = new float[(int) shape.size()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = (float) random.nextGaussian() / 2;
                    }
                    weights.put(name, values);
                });
    }

    /** Gives a weight the values of another one of its shape. */
    public OnnxGraphs tie(String name, String other) {
        weights.put(name, weights.get(other));
        return this;
    }

    /** Sets all values of a weight. */
    public OnnxGraphs fill(String name, float value) {
        Arrays.fill(weights.get(name), value);
        return this;
    }

    /** Writes the TorchScript model. */
    public Path torchScript(Path directory) throws IOException {
        Files.createDirectories(directory);
        ScriptArchive.Builder archive = ScriptArchive.builder("Net", PROGRAM);
        SHAPES.forEach(
                (name, shape) ->
                        archive.optTensor(
                                name,
                                type,
                                shape,
                                ByteBuffer.wrap(bytes(weights.get(name)).toByteArray())));
        archive.write(directory.resolve("net.pt"));
        Files.writeString(
                directory.resolve("config.json"), "{\"vocab_size\": %d}".formatted(VOCABULARY));
        return directory;
    }

    /** The ONNX model. */
    public ModelProto.Builder onnx(Names names) {
        GraphProto.Builder graph = GraphProto.newBuilder().setName("main");
        graph.addInput(info("input_ids", TensorProto.DataType.INT64, "rows", "tokens"));
        graph.addOutput(info("logits", TensorProto.DataType.FLOAT, "rows", "classes"));
        for (String name : SHAPES.keySet()) {
            if (!name.matches("(query|value).weight") || names == Names.OF_PARAMETERS) {
                graph.addInitializer(tensor(name, name, false));
            }
        }
        graph.addNode(node("Gather", "/words/Gather", "e", "words.weight", "input_ids"));
        linear(graph, "query", "e", names);
        graph.addNode(node("Tanh", "/Tanh", "h", "query_out"));
        linear(graph, "value", "h", names);
        graph.addInitializer(ints("axis", 1));
        graph.addNode(node("Unsqueeze", "/Unsqueeze", "g", "value_out", "axis"));
        graph.addNode(
                node("Conv", "/conv/Conv", "c", "g", "conv.weight", "conv.bias").toBuilder()
                        .addAttribute(list("pads", 1, 1, 1, 1)));
        graph.addNode(node("Relu", "/Relu", "r", "c"));
        graph.addNode(
                node("ReduceMean", "/ReduceMean", "f", "r").toBuilder()
                        .addAttribute(list("axes", 2, 3))
                        .addAttribute(integer("keepdims", 0)));
        graph.addNode(
                node(
                                "Gemm",
                                "/classifier/Gemm",
                                "logits",
                                "f",
                                "classifier.weight",
                                "classifier.bias")
                        .toBuilder()
                        .addAttribute(integer("transB", 1)));
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .setProducerName("test")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph);
    }

    private void linear(GraphProto.Builder graph, String module, String input, Names names) {
        String weight = module + ".weight";
        String factor =
                names == Names.OF_PARAMETERS
                        ? module + "_t"
                        : "onnx::MatMul_" + module.length() + module.charAt(0);
        String node = names == Names.NONE ? "node_" + module.charAt(0) : "/" + module + "/MatMul";
        if (names == Names.OF_PARAMETERS) {
            graph.addNode(
                    node("Transpose", "/" + module + "/Transpose", factor, weight).toBuilder()
                            .addAttribute(list("perm", 1, 0)));
        } else {
            graph.addInitializer(tensor(factor, weight, true));
        }
        graph.addNode(node("MatMul", node, module + "_x", input, factor));
        graph.addNode(
                node(
                        "Add",
                        "/" + module + "/Add",
                        module + "_out",
                        module + ".bias",
                        module + "_x"));
    }

    /** An initializer with the values of a weight. */
    public TensorProto tensor(String name, String weight, boolean transposed) {
        float[] values = weights.get(weight);
        Shape shape = SHAPES.get(weight);
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(onnxType());
        if (!transposed) {
            for (long size : shape.getShape()) {
                tensor.addDims(size);
            }
            return tensor.setRawData(bytes(values)).build();
        }
        int rows = (int) shape.get(0);
        int columns = (int) shape.get(1);
        float[] turned = new float[values.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                turned[j * rows + i] = values[i * columns + j];
            }
        }
        return tensor.addDims(columns).addDims(rows).setRawData(bytes(turned)).build();
    }

    /** Writes an ONNX model. */
    public static Path write(ModelProto.Builder model, Path file) throws IOException {
        return Files.write(file, model.build().toByteArray());
    }

    private int onnxType() {
        return switch (type) {
            case FLOAT16 -> TensorProto.DataType.FLOAT16_VALUE;
            case BFLOAT16 -> TensorProto.DataType.BFLOAT16_VALUE;
            default -> TensorProto.DataType.FLOAT_VALUE;
        };
    }

    private ByteString bytes(float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(type.getNumOfBytes() * values.length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            switch (type) {
                case FLOAT16 -> bytes.putShort(Float16Utils.floatToHalf(value));
                case BFLOAT16 -> bytes.putShort((short) (Float.floatToIntBits(value) >>> 16));
                default -> bytes.putFloat(value);
            }
        }
        return ByteString.copyFrom(bytes.flip());
    }

    /** A node of a graph. */
    public static NodeProto node(String operator, String name, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .setName(name)
                .addOutput(output)
                .addAllInput(List.of(inputs))
                .build();
    }

    private static AttributeProto list(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder()
                        .setName(name)
                        .setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    private static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    private static TensorProto ints(String name, long value) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT64.getNumber())
                .addDims(1)
                .addInt64Data(value)
                .build();
    }

    private static ValueInfoProto info(String name, TensorProto.DataType type, String... sizes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        Stream.of(sizes)
                .map(size -> TensorShapeProto.Dimension.newBuilder().setDimParam(size))
                .forEach(shape::addDim);
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(
                        TypeProto.newBuilder()
                                .setTensorType(
                                        TypeProto.Tensor.newBuilder()
                                                .setElemType(type.getNumber())
                                                .setShape(shape)))
                .build();
    }
}
