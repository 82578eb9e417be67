/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.djladapters.archive.ModuleNode;
import org.djladapters.archive.TensorAttribute;
import org.djladapters.archive.TorchArchive;

/** Copies of exported models whose weights are of another type. */
public final class RetypedModel {

    private RetypedModel() {}

    private static void copy(Path source, Path target, DataType type) throws IOException {
        Set<String> entries = weights(source);
        try (ZipFile zip = new ZipFile(source.toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(target));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            for (ZipEntry entry : zip.stream().toList()) {
                byte[] bytes = zip.getInputStream(entry).readAllBytes();
                String name = entry.getName().substring(entry.getName().indexOf('/') + 1);
                if (name.equals("data.pkl")) {
                    bytes = renamed(bytes, storage(type));
                } else if (name.endsWith(".py")) {
                    bytes = recast(bytes, type);
                } else if (entries.contains(name)) {
                    bytes = retyped(bytes, type, manager);
                }
                store(out, entry.getName(), bytes);
            }
        }
    }

    /**
     * Copies the directory of a model with every number of its weights in another type.
     *
     * @param source a directory of a model with weights in float32
     * @param target where to, a directory that does not exist
     * @param type float16, bfloat16 or float64
     * @throws IOException if a file can't be read or written
     */
    public static void write(Path source, Path target, DataType type) throws IOException {
        Files.createDirectory(target);
        try (Stream<Path> files = Files.list(source)) {
            for (Path file : files.toList()) {
                Path other = target.resolve(String.valueOf(file.getFileName()));
                if (other.toString().endsWith(".pt")) {
                    copy(file, other, type);
                } else {
                    Files.copy(file, other);
                }
            }
        }
    }

    private static Set<String> weights(Path source) throws IOException {
        Set<String> entries = new HashSet<>();
        for (ModuleNode node : TorchArchive.open(source).module().stream().toList()) {
            for (TensorAttribute attribute : node.tensors()) {
                if (attribute.tensor().dataType() == DataType.FLOAT32) {
                    entries.add("data/" + attribute.tensor().storageKey());
                }
            }
        }
        return entries;
    }

    private static String storage(DataType type) {
        return switch (type) {
            case FLOAT16 -> "HalfStorage";
            case BFLOAT16 -> "BFloat16Storage";
            case FLOAT64 -> "DoubleStorage";
            default -> throw new IllegalArgumentException("no storage of " + type);
        };
    }

    private static byte[] renamed(byte[] pickle, String storage) {
        return new String(pickle, StandardCharsets.ISO_8859_1)
                .replace("ctorch\nFloatStorage\n", "ctorch\n" + storage + "\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Programs know the type that the weights had when they were traced, and its least number. */
    private static byte[] recast(byte[] program, DataType type) {
        String number;
        String least;
        switch (type) {
            case FLOAT16 -> {
                number = "5";
                least = "-65504.";
            }
            case BFLOAT16 -> {
                number = "15";
                least = "-3.3895313892515355e+38";
            }
            default -> {
                number = "7";
                least = "-1.7976931348623157e+308";
            }
        }
        return new String(program, StandardCharsets.UTF_8)
                .replaceAll("(torch\\.to\\(.*), 6\\)", "$1, " + number + ")")
                .replace("-3.4028234663852886e+38", least)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] retyped(byte[] floats, DataType type, NDManager manager) {
        if (type == DataType.BFLOAT16) {
            return upperHalves(floats);
        }
        ByteBuffer wide = ByteBuffer.wrap(floats).order(ByteOrder.LITTLE_ENDIAN);
        Shape shape = new Shape(floats.length / Float.BYTES);
        ByteBuffer other =
                manager.create(wide, shape, DataType.FLOAT32)
                        .toType(type, true)
                        .toByteBuffer(false);
        byte[] bytes = new byte[other.remaining()];
        other.get(bytes);
        return bytes;
    }

    /** DJL has no arrays of bfloat16. */
    private static byte[] upperHalves(byte[] floats) {
        ByteArrayOutputStream upper = new ByteArrayOutputStream();
        for (int i = 0; i < floats.length; i += Float.BYTES) {
            upper.write(floats, i + Short.BYTES, Short.BYTES);
        }
        return upper.toByteArray();
    }

    private static void store(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(bytes.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }
}
