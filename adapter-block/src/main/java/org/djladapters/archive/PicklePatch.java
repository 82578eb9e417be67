/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Bytes that take the place of a part of {@code data.pkl}. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PicklePatch(int start, int end, byte[] bytes) {

    private static final byte[] ZERO = {'K', 0};
    private static final byte[] SHAPE = {'(', 'K', 0, 't'};
    private static final byte[] STRIDES = {'(', 'K', 1, 't'};

    /** An opcode with its argument, and what it puts on the stack if that matters here. */
    private record Op(int opcode, int start, int end, Object value) {

        boolean isInteger() {
            return opcode == 'K' || opcode == 'M' || opcode == 'J' || opcode == 0x8a;
        }

        boolean endsTuple() {
            return opcode == 't' || opcode == ')' || (opcode >= 0x85 && opcode <= 0x87);
        }
    }

    private record StorageKey(Object text) {}

    /** Puts opcodes before the byte at a position. */
    static PicklePatch at(int position, PickleWriter opcodes) {
        return new PicklePatch(position, position, opcodes.toByteArray());
    }

    /**
     * Empties storages and all tensors that lie in them, in a pickle that {@link PickleReader} has
     * read. A tensor is described by its storage, an offset, a shape and strides; the storage by
     * its key, a device and the number of its elements.
     */
    static List<PicklePatch> emptying(byte[] pickle, Set<String> keys) throws ArchiveException {
        List<PicklePatch> patches = new ArrayList<>();
        List<Op> ops = keys.isEmpty() ? List.of() : ops(pickle);
        for (int i = 0; i < ops.size(); i++) {
            if (!(ops.get(i).value() instanceof StorageKey key) || !keys.contains(key.text())) {
                continue;
            }
            if (ops.get(i).opcode() == 'Q') {
                patches.add(number(ops.get(i - 2)));
            }
            patches.add(number(ops.get(i + 1)));
            int shape = endOfTuple(ops, i + 2);
            int strides = endOfTuple(ops, shape + 1);
            patches.add(new PicklePatch(ops.get(i + 2).start(), ops.get(shape).end(), SHAPE));
            patches.add(
                    new PicklePatch(ops.get(shape + 1).start(), ops.get(strides).end(), STRIDES));
        }
        return patches;
    }

    private static PicklePatch number(Op op) throws ArchiveException {
        if (!op.isInteger()) {
            throw unknown();
        }
        return new PicklePatch(op.start(), op.end(), ZERO);
    }

    private static int endOfTuple(List<Op> ops, int start) throws ArchiveException {
        int end = start;
        while (ops.get(end).opcode() == '(' || ops.get(end).isInteger()) {
            end++;
        }
        if (!ops.get(end).endsTuple()) {
            throw unknown();
        }
        return end;
    }

    private static ArchiveException unknown() {
        return PickleInput.damaged("data.pkl", "a tensor is not described as TorchScript does");
    }

    /** Returns the opcodes but for those that put something into the memo. */
    private static List<Op> ops(byte[] pickle) throws ArchiveException {
        PickleInput in = new PickleInput("data.pkl", pickle);
        List<Op> ops = new ArrayList<>();
        Map<Integer, Object> memo = new HashMap<>();
        int opcode = 0;
        while (opcode != '.') {
            int start = in.position();
            opcode = in.unsignedByte();
            if (opcode == 'q' || opcode == 'r') {
                int index = opcode == 'q' ? in.unsignedByte() : in.int32();
                memo.put(index, ops.get(ops.size() - 1).value());
                continue;
            }
            Object value = null;
            switch (opcode) {
                case 'c' -> {
                    in.line();
                    in.line();
                }
                case 'h' -> value = memo.get(in.unsignedByte());
                case 'j' -> value = memo.get(in.int32());
                case 'K', 0x80 -> in.unsignedByte();
                case 'M' -> {
                    in.unsignedByte();
                    in.unsignedByte();
                }
                case 'J' -> in.int32();
                case 0x8a -> in.longInteger();
                case 'G' -> in.bigEndianDouble();
                case 'X', 'T' -> value = in.text(in.int32());
                case 'U' -> value = in.text(in.unsignedByte());
                case 'Q' -> value = new StorageKey(ops.get(ops.size() - 4).value());
                default -> {} // without an argument
            }
            ops.add(new Op(opcode, start, in.position(), value));
        }
        return ops;
    }
}
