/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A TorchScript archive made from source text, without Python. The module has the attributes that
 * its class declares:
 *
 * <pre>
 * class Scale(Module):
 *   __parameters__ = ["weight", ]
 *   weight : Tensor
 *   def forward(self, x: Tensor) -&gt; Tensor:
 *     return x * self.weight
 * </pre>
 *
 * <p>A {@code Tensor} must be given to the builder, an attribute whose type is another module class
 * of the source ({@code child : __torch__.Child}) becomes a child module, {@code training : bool}
 * is true, an optional is None. A class {@code tools.math.Scale} is named {@code
 * __torch__.tools.math.Scale}, and so are functions beside it: call {@code
 * __torch__.tools.math.f(x)}.
 */
public final class ScriptArchive {

    private static final String CODE = "code/__torch__";

    private ScriptArchive() {}

    /**
     * Starts an archive.
     *
     * @param className the name of the module's class in the source, after those of the packages
     *     and the file it is in ({@code tools.math.Scale})
     */
    public static Builder builder(String className, String source) {
        return new Builder(className, source);
    }

    /** A tensor, whose storage has one element where it is a placeholder. */
    private record Tensor(DataType dataType, Shape shape, TensorData data, boolean placeholder) {}

    /** Describes the module object by object as its classes declare it. */
    private static final class DataWriter {

        private final Map<String, ClassText> classes;
        private final Map<String, Tensor> tensors;
        private final Map<String, String> tied;
        private final Map<TensorRecord, TensorData> storages;
        private final Map<String, TensorRecord> described = new HashMap<>();
        private final Set<String> unused;
        private final PickleWriter out = new PickleWriter();

        DataWriter(
                Map<String, ClassText> classes,
                Builder builder,
                Map<TensorRecord, TensorData> storages) {
            this.classes = classes;
            this.tensors = builder.tensors;
            this.tied = builder.tied;
            this.storages = storages;
            this.unused = new HashSet<>(tensors.keySet());
        }

        byte[] write(String className) {
            out.protocol();
            object("", className);
            if (!unused.isEmpty()) {
                throw new IllegalArgumentException("The source declares no tensors " + unused);
            }
            return out.stop().toByteArray();
        }

        private void object(String path, String className) {
            ClassText type = classes.get(className);
            if (type == null || !type.isModule()) {
                throw new IllegalArgumentException(
                        "The source has no class " + className + "(Module)");
            }
            if (path.chars().filter(c -> c == '.').count() > 100) {
                throw new IllegalArgumentException("The class " + className + " contains itself");
            }
            out.startObject(className);
            for (Variable attribute : type.attributes()) {
                String attributePath =
                        path.isEmpty() ? attribute.name() : path + '.' + attribute.name();
                out.text(attribute.name());
                value(attributePath, attribute.type(), type);
                out.setItem();
            }
            out.endObject();
        }

        private void value(String path, String type, ClassText owner) {
            if (type.equals("Tensor")) {
                tensor(path, owner);
            } else if (type.startsWith("__torch__.")) {
                object(path, type);
            } else if (path.endsWith("training") && type.equals("bool")) {
                out.bool(true);
            } else if (type.startsWith("Optional") || type.equals("NoneType")) {
                out.none();
            } else {
                throw new IllegalArgumentException(
                        "The attribute %s can't be of type %s".formatted(path, type));
            }
        }

        private void tensor(String path, ClassText owner) {
            String own = tied.getOrDefault(path, path);
            out.tensor(described.computeIfAbsent(own, name -> describe(name, path, owner)));
        }

        private TensorRecord describe(String name, String path, ClassText owner) {
            Tensor tensor = tensors.get(name);
            if (tensor == null) {
                throw new IllegalArgumentException(
                        "The source declares the tensor " + path + ", which was not given");
            }
            unused.remove(name);
            String attribute = path.substring(path.lastIndexOf('.') + 1);
            List<Long> strides =
                    tensor.placeholder()
                            ? Collections.nCopies(tensor.shape().dimension(), 0L)
                            : TensorRecord.rowMajorStrides(tensor.shape());
            TensorRecord record =
                    new TensorRecord(
                            String.valueOf(storages.size()),
                            tensor.dataType(),
                            tensor.placeholder() ? 1 : tensor.shape().size(),
                            0,
                            tensor.shape(),
                            strides,
                            owner.parameters().contains(attribute)
                                    && tensor.dataType().isFloating());
            storages.put(record, tensor.data());
            return record;
        }
    }

    /** Collects the tensors of a {@link ScriptArchive}. */
    public static final class Builder {

        private final String name;
        private final String source;
        private final Map<String, Tensor> tensors = new LinkedHashMap<>();
        private final Map<String, String> tied = new LinkedHashMap<>();
        private final Map<String, String> code = new LinkedHashMap<>();

        private Builder(String name, String source) {
            this.name = name;
            this.source = source;
        }

        /**
         * Gives the elements of a tensor.
         *
         * @param path the attribute's name, for a child module's tensor with the path before it
         *     ({@code child.weight})
         * @param bytes the elements in row-major order, little-endian
         */
        public Builder optTensor(String path, DataType dataType, Shape shape, ByteBuffer bytes) {
            ArchiveEditor.requireSize(path, shape.size() * dataType.getNumOfBytes(), bytes);
            return optTensor(path, dataType, shape, TensorData.of(bytes));
        }

        /** Gives the elements of a tensor as data that is streamed when the archive is written. */
        public Builder optTensor(String path, DataType dataType, Shape shape, TensorData data) {
            tensors.put(path, new Tensor(dataType, shape, data, false));
            return this;
        }

        /** Gives a shape whose elements are one zero, in whose place the loader puts a tensor. */
        public Builder optPlaceholder(String path, DataType dataType, Shape shape) {
            TensorData zero = TensorData.of(ByteBuffer.allocate(dataType.getNumOfBytes()));
            tensors.put(path, new Tensor(dataType, shape, zero, true));
            return this;
        }

        /** Says that a tensor is another one, with which it shares its elements. */
        public Builder optTied(String path, String other) {
            tied.put(path, other);
            return this;
        }

        /** Adds a file to the program, see {@link ArchiveEditor#addCode}. */
        public Builder optCode(String entry, String text) {
            code.put(entry, text);
            return this;
        }

        /**
         * Writes the archive. The file appears complete or not at all.
         *
         * @throws IllegalArgumentException if the source lacks the class, or tensors and
         *     declarations don't fit each other
         */
        public void write(Path path) throws IOException {
            int dot = name.lastIndexOf('.');
            String file = dot < 0 ? "" : "/" + name.substring(0, dot).replace('.', '/');
            Map<String, String> texts = new LinkedHashMap<>();
            texts.put(CODE + file + ".py", source);
            texts.putAll(code);
            Map<String, ClassText> classes = new HashMap<>();
            for (Map.Entry<String, String> text : texts.entrySet()) {
                ProgramText.classes(text.getKey(), text.getValue())
                        .forEach(type -> classes.put(type.qualifiedName(), type));
            }
            Map<TensorRecord, TensorData> storages = new LinkedHashMap<>();
            byte[] data = new DataWriter(classes, this, storages).write("__torch__." + name);
            ArchiveWriter writer = new ArchiveWriter(name.substring(dot + 1));
            writer.put("data.pkl", data);
            texts.forEach((entry, text) -> writer.put(entry, text.getBytes(UTF_8)));
            storages.forEach(
                    (tensor, bytes) ->
                            writer.put(
                                    TorchArchive.entryOf(tensor.storageKey()),
                                    tensor.storageBytes(),
                                    bytes));
            PickleWriter constants = new PickleWriter().protocol().emptyTuple().stop();
            writer.put("constants.pkl", constants.toByteArray());
            writer.put("version", "3\n".getBytes(UTF_8));
            writer.write(path);
        }
    }
}
