/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes opcodes of the pickles of an archive, without memo entries. */
final class PickleWriter {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    PickleWriter protocol() {
        return opcode(0x80).opcode(2);
    }

    PickleWriter stop() {
        return opcode('.');
    }

    /** Starts an object and its dictionary of attributes. */
    PickleWriter startObject(String className) {
        int dot = className.lastIndexOf('.');
        global(className.substring(0, dot), className.substring(dot + 1));
        return opcode(')').opcode(0x81).opcode('}');
    }

    PickleWriter endObject() {
        return opcode('b');
    }

    /** Takes a key and a value from the stack into the dictionary below them. */
    PickleWriter setItem() {
        return opcode('s');
    }

    PickleWriter text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        opcode('X').int32(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    PickleWriter none() {
        return opcode('N');
    }

    PickleWriter bool(boolean value) {
        return opcode(value ? 0x88 : 0x89);
    }

    PickleWriter emptyTuple() {
        return opcode(')');
    }

    PickleWriter tensor(TensorRecord tensor) {
        global("torch._utils", "_rebuild_tensor_v2");
        opcode('(').place(tensor, StorageTypes.storageClass(tensor.dataType()));
        return bool(tensor.requiresGrad()).noHooks().opcode('t').opcode('R');
    }

    /** Writes weights that the engine packs: int8, a scale for each row, perhaps a bias. */
    PickleWriter packed(
            TensorRecord values, TensorRecord scales, TensorRecord zeros, TensorRecord bias) {
        int dot = PackedWeights.CLASS.lastIndexOf('.');
        global(PackedWeights.CLASS.substring(0, dot), PackedWeights.CLASS.substring(dot + 1));
        opcode(')').opcode(0x81);
        global("torch._utils", "_rebuild_qtensor");
        opcode('(').place(values, StorageTypes.QUANTIZED).opcode('(');
        global("torch", "per_channel_affine");
        tensor(scales).tensor(zeros).integer(0);
        opcode('t').bool(false).noHooks().opcode('t').opcode('R');
        if (bias == null) {
            none();
        } else {
            tensor(bias);
        }
        return opcode(0x86).opcode('b');
    }

    /** Writes where the elements of a tensor are. */
    private PickleWriter place(TensorRecord tensor, String storageClass) {
        opcode('(').text("storage");
        global("torch", storageClass);
        text(tensor.storageKey()).text("cpu").integer(tensor.storageElements());
        opcode('t').opcode('Q');
        integer(tensor.offset());
        tuple(tensor.shape().getShape());
        tuple(tensor.strides().stream().mapToLong(Long::longValue).toArray());
        return this;
    }

    private PickleWriter noHooks() {
        global("collections", "OrderedDict");
        return opcode(')').opcode('R');
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }

    private void tuple(long... values) {
        opcode('(');
        for (long value : values) {
            integer(value);
        }
        opcode('t');
    }

    private void integer(long value) {
        if (value == (int) value) {
            opcode('J').int32((int) value);
            return;
        }
        opcode(0x8a).opcode(Long.BYTES);
        out.writeBytes(littleEndian(Long.BYTES).putLong(value).array());
    }

    private void global(String module, String name) {
        out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private void int32(int value) {
        out.writeBytes(littleEndian(Integer.BYTES).putInt(value).array());
    }

    private PickleWriter opcode(int opcode) {
        out.write(opcode);
        return this;
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
