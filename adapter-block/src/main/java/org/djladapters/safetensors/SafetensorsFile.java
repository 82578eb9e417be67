/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.safetensors;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.djladapters.io.MalformedFileException;

/**
 * A safetensors file, open for reading.
 *
 * <p>The file begins with the length of its header, eight bytes; then comes the header, JSON that
 * tells name, type, shape and place of every tensor; then the tensors' bytes, little-endian, row by
 * row. Opening checks the whole header against the file, so that a file from a stranger either
 * opens and then reads as it says, or is refused with a {@link MalformedFileException}. Tensors are
 * read only when asked for. An open file may be used by several threads.
 *
 * @see <a href="https://huggingface.co/docs/safetensors">The format</a>
 */
public final class SafetensorsFile implements AutoCloseable {

    /** The format's own limit. */
    static final int LONGEST_HEADER = 100_000_000;

    /** Enough to recognize other kinds of files. */
    private static final int START = 64;

    private static final int CHUNK = 1 << 16;

    private final Path path;
    private final FileChannel channel;
    private final long dataStart;
    private final SafetensorsHeader header;

    private SafetensorsFile(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        byte[] json = readHeader();
        dataStart = (long) Long.BYTES + json.length;
        header = HeaderReader.read(path, json, channel.size() - dataStart);
    }

    /** Opens a file and checks its header. */
    public static SafetensorsFile open(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new NoSuchFileException(
                    path.toString(), null, "is not a file; give the path of a .safetensors file");
        }
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return new SafetensorsFile(path, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Writes a file, whole or not at all; an older one is replaced, and its folder must exist. See
     * {@link SafetensorsWriter#write}.
     */
    public static void write(
            Path path, Map<String, ? extends NDArray> tensors, Map<String, String> metadata)
            throws IOException {
        tensors.forEach(SafetensorsFile::requireReadable);
        Map<String, StoredTensor> stored = new LinkedHashMap<>();
        tensors.forEach((name, array) -> stored.put(name, StoredTensor.of(array)));
        SafetensorsWriter.write(path, stored, metadata);
    }

    /** Writes a file of tensors that need not be in memory at once, whole or not at all. */
    public static void writeStored(
            Path path, Map<String, StoredTensor> tensors, Map<String, String> metadata)
            throws IOException {
        SafetensorsWriter.write(path, tensors, metadata);
    }

    private static void requireReadable(String name, NDArray array) {
        // a text has no number of bytes; that it can't be written is said where types are
        int bytes = Math.max(1, array.getDataType().getNumOfBytes());
        if (array.size() > Integer.MAX_VALUE / bytes) {
            throw new IllegalArgumentException(
                    ("Tensor %s is larger than the 2 GiB that DJL can write from an array;"
                                    + " split it")
                            .formatted(quote(name)));
        }
    }

    /** Returns the header's entries by the names of the tensors, in its order. */
    public Map<String, TensorEntry> tensors() {
        return header.tensors();
    }

    /** Returns the text about the file by key, empty if there is none. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /**
     * Reads a tensor. F64, F32, F16, I64, I32, I8, U8 and BOOL become arrays of the same type.
     * BF16, for which the PyTorch engine has no arrays, becomes FLOAT32, which holds each of its
     * values exactly. Of other types only {@link #readBytes} is possible.
     *
     * @throws MalformedFileException if there is no such tensor, or no array can hold it
     */
    public NDArray read(NDManager manager, String name) throws IOException {
        TensorEntry entry = entry(name);
        checkedSize(entry, entry.shape().size(), arrayType(entry).getNumOfBytes());
        return read(manager, entry, 0, entry.shape());
    }

    /**
     * Reads some elements of a tensor in row-major order, so that it need not be in memory as a
     * whole.
     *
     * @return an array of one axis, of the type that {@link #read(NDManager, String)} gives
     */
    public NDArray read(NDManager manager, String name, long first, int count) throws IOException {
        TensorEntry entry = entry(name);
        Objects.checkFromIndexSize(first, count, entry.shape().size());
        checkedSize(entry, count, arrayType(entry).getNumOfBytes());
        return read(manager, entry, first, new Shape(count));
    }

    /** Reads the bytes from the file into the array's own memory. */
    private NDArray read(NDManager manager, TensorEntry entry, long first, Shape shape)
            throws IOException {
        try (NDManager host = manager.newSubManager(Device.cpu())) {
            NDArray array = host.create(shape, arrayType(entry));
            if (shape.size() > 0) {
                fill(array.toByteBuffer(true), entry, first);
            }
            NDArray placed = array.toDevice(manager.getDevice(), false);
            placed.attach(manager);
            return placed;
        }
    }

    /** Reads all tensors, each as {@link #read} does, in the header's order. */
    public Map<String, NDArray> readAll(NDManager manager) throws IOException {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        for (String name : tensors().keySet()) {
            arrays.put(name, read(manager, name));
        }
        return arrays;
    }

    /**
     * Reads the bytes of a tensor of any type of at most 2 GiB as stored, little-endian, row by
     * row.
     */
    public byte[] readBytes(String name) throws IOException {
        TensorEntry entry = entry(name);
        byte[] bytes = new byte[checkedSize(entry, entry.byteLength(), 1)];
        readFully(ByteBuffer.wrap(bytes), dataStart + entry.begin());
        return bytes;
    }

    /**
     * Reads the numbers of a float32 tensor of at most as many as an array of Java has, row by row,
     * through a small buffer, so that they are in memory once.
     */
    public float[] readFloats(String name) throws IOException {
        TensorEntry entry = entry(name);
        if (entry.dataType() != DataType.FLOAT32) {
            throw new MalformedFileException(
                    path,
                    "tensor %s is of type %s where float32 is needed; save it as that"
                            .formatted(quote(name), entry.dataType()));
        }
        float[] values = new float[checkedSize(entry, entry.shape().size(), 1)];
        FloatBuffer target = FloatBuffer.wrap(values);
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        long next = dataStart + entry.begin();
        while (target.hasRemaining()) {
            chunk.clear().limit((int) Math.min(CHUNK, (long) Float.BYTES * target.remaining()));
            readFully(chunk, next);
            next += chunk.position();
            target.put(chunk.flip().asFloatBuffer());
        }
        return values;
    }

    /** Copies the bytes of a tensor of any type and size as stored, little-endian, row by row. */
    public void copy(String name, WritableByteChannel target) throws IOException {
        TensorEntry entry = entry(name);
        long next = dataStart + entry.begin();
        long end = dataStart + entry.end();
        while (next < end) {
            long count = channel.transferTo(next, end - next, target);
            if (count <= 0) {
                throw damaged("became shorter while it was being read");
            }
            next += count;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private byte[] readHeader() throws IOException {
        long size = channel.size();
        ByteBuffer start = ByteBuffer.allocate((int) Math.min(size, START));
        readFully(start, 0);
        ForeignFiles.refuse(path, start.flip());
        if (size < Long.BYTES) {
            throw damaged("is only " + size + " bytes long");
        }
        long length = start.order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        if (length < 0 || length > LONGEST_HEADER) {
            throw damaged(
                    "claims a header of "
                            + Long.toUnsignedString(length)
                            + " bytes where "
                            + LONGEST_HEADER
                            + " are allowed");
        }
        if (length > size - Long.BYTES) {
            throw damaged("ends before its header of " + length + " bytes does");
        }
        byte[] json = new byte[(int) length];
        readFully(ByteBuffer.wrap(json), Long.BYTES);
        if (length == 0 || json[0] != '{') {
            throw damaged("has a header that does not start with a brace");
        }
        return json;
    }

    private TensorEntry entry(String name) throws MalformedFileException {
        TensorEntry entry = tensors().get(name);
        if (entry == null) {
            throw new MalformedFileException(
                    path, "has no tensor " + quote(name) + "; check that it is the right file");
        }
        return entry;
    }

    private DataType arrayType(TensorEntry entry) throws MalformedFileException {
        return switch (entry.dataType()) {
            case BFLOAT16 -> DataType.FLOAT32;
            case FLOAT64, FLOAT32, FLOAT16, INT64, INT32, INT8, UINT8, BOOLEAN -> entry.dataType();
            default ->
                    throw new MalformedFileException(
                            path,
                            ("tensor %s is of type %s, which DJL's PyTorch engine does not support;"
                                            + " save it as I64 or F32")
                                    .formatted(quote(entry.name()), entry.dataType()));
        };
    }

    /**
     * Refuses what is too large: direct access to an array's memory, like a Java array, ends at 2
     * GiB.
     */
    private int checkedSize(TensorEntry entry, long count, int bytesEach)
            throws MalformedFileException {
        if (count > Integer.MAX_VALUE / bytesEach) {
            throw new MalformedFileException(
                    path,
                    ("tensor %s is larger than the 2 GiB that an array of DJL can be read"
                                    + " into; split it")
                            .formatted(quote(entry.name())));
        }
        return (int) count * bytesEach;
    }

    /** Native memory is little-endian, as the file, on every platform that the engine runs on. */
    private void fill(ByteBuffer memory, TensorEntry entry, long first) throws IOException {
        long before = entry.byteLength() / entry.shape().size() * first;
        long position = dataStart + entry.begin() + before;
        if (entry.dataType() == DataType.BFLOAT16) {
            widen(memory.asIntBuffer(), position);
            return;
        }
        readFully(memory, position);
        if (entry.dataType() == DataType.BOOLEAN) {
            checkBooleans(memory.flip(), entry);
        }
    }

    /** A bfloat16 is the upper half of a float. */
    private void widen(IntBuffer floats, long position) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        long next = position;
        while (floats.hasRemaining()) {
            chunk.clear().limit((int) Math.min(CHUNK, 2L * floats.remaining()));
            readFully(chunk, next);
            next += chunk.position();
            ShortBuffer halves = chunk.flip().asShortBuffer();
            while (halves.hasRemaining()) {
                floats.put(halves.get() << Short.SIZE);
            }
        }
    }

    private void checkBooleans(ByteBuffer bytes, TensorEntry entry) throws MalformedFileException {
        while (bytes.hasRemaining()) {
            byte value = bytes.get();
            if (value != 0 && value != 1) {
                throw damaged(
                        "tensor "
                                + quote(entry.name())
                                + " of type BOOL has a byte "
                                + value
                                + " that is neither 0 nor 1");
            }
        }
    }

    private void readFully(ByteBuffer target, long position) throws IOException {
        long next = position;
        while (target.hasRemaining()) {
            int count = channel.read(target, next);
            if (count < 0) {
                throw damaged("became shorter while it was being read");
            }
            next += count;
        }
    }

    private MalformedFileException damaged(String problem) {
        return new MalformedFileException(
                path,
                problem
                        + "; it is damaged or not a safetensors file, download or save the file"
                        + " again");
    }
}
