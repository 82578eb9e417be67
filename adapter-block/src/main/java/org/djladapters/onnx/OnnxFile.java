/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.djladapters.io.MalformedFileException;

/**
 * An ONNX file with its weights inside.
 *
 * <p>The file is mapped into memory, so that weights are read from it only where they are looked
 * at. Its copy is the file byte for byte; a weight of the same type and shape takes as many bytes
 * as the one that it replaces, so that nothing else has to change.
 */
public final class OnnxFile {

    private final Path path;
    private final ByteBuffer bytes;
    private final List<Initializer> initializers;

    private OnnxFile(Path path, ByteBuffer bytes) throws MalformedFileException {
        this.path = path;
        this.bytes = bytes;
        initializers = GraphReader.read(path, bytes);
    }

    /**
     * Opens a file and finds its weights.
     *
     * @throws MalformedFileException if it is not an ONNX file, or its weights are quantized or lie
     *     in other files
     */
    public static OnnxFile open(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new NoSuchFileException(
                    path.toString(), null, "is not a file; give the path of an .onnx file");
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw new MalformedFileException(
                        path,
                        "is larger than 2 GiB, which no ONNX file with its weights inside is; give"
                                + " the file of a smaller model");
            }
            return new OnnxFile(
                    path, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
        }
    }

    /** Reads a file whose bytes are in memory; messages call it by its name. */
    public static OnnxFile of(Path name, ByteBuffer bytes) throws MalformedFileException {
        return new OnnxFile(name, bytes);
    }

    public Path path() {
        return path;
    }

    /** Returns the constant tensors of the graph in the order of the file. */
    public List<Initializer> initializers() {
        return initializers;
    }

    /**
     * Returns the bytes of a {@linkplain Initializer#isPlain() plain} initializer, little-endian,
     * row by row; a view of the file.
     */
    public ByteBuffer data(Initializer initializer) {
        return bytes.slice(initializer.start(), initializer.length())
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns the model, to be read. */
    Message message() {
        return Message.of(path, bytes);
    }

    /** Writes the file as it is. */
    public void writeTo(FileChannel target) throws IOException {
        write(bytes.duplicate(), target, 0);
    }

    /**
     * Writes other elements of a plain initializer, as many bytes as it has, into what {@link
     * #writeTo} wrote.
     */
    public void replace(FileChannel target, Initializer initializer, ByteBuffer data)
            throws IOException {
        if (data.remaining() != initializer.length()) {
            throw new IllegalArgumentException(
                    "The initializer %s has %d bytes, not %d"
                            .formatted(initializer.name(), initializer.length(), data.remaining()));
        }
        write(data.duplicate(), target, initializer.start());
    }

    private static void write(ByteBuffer from, FileChannel target, long position)
            throws IOException {
        long next = position;
        while (from.hasRemaining()) {
            next += target.write(from, next);
        }
    }
}
