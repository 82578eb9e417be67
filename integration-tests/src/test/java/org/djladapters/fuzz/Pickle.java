/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A pickle as a sequence of opcodes with their arguments. */
final class Pickle {

    private static final List<String> OPCODES =
            List.of(
                    "(",
                    ")",
                    "]",
                    "}",
                    "t",
                    "\u0085",
                    "\u0086",
                    "\u0087",
                    "a",
                    "e",
                    "s",
                    "u",
                    "N",
                    "\u0088",
                    "\u0089",
                    "\u0081",
                    "b",
                    "Q",
                    "R",
                    ".",
                    "q\u0000",
                    "h\u0000",
                    "h\u0001",
                    "K\u0000",
                    "K\u0001",
                    "K\u0007",
                    "M\u0000\u0001",
                    "J\u00ff\u00ff\u00ff\u00ff",
                    "J\u00ff\u00ff\u00ff\u007f",
                    "r\u00ff\u00ff\u00ff\u007f",
                    "\u008a\u0008\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f",
                    "G\u007f\u00f8\u0000\u0000\u0000\u0000\u0000\u0000",
                    "X\u0001\u0000\u0000\u0000a",
                    "X\u0000\u0000\u0000\u0000",
                    "ctorch\nFloatStorage\n",
                    "ctorch\nLongStorage\n",
                    "ctorch._utils\n_rebuild_tensor_v2\n",
                    "ccollections\nOrderedDict\n",
                    "ctorch.jit._pickle\nbuild_intlist\n",
                    "ctorch.jit._pickle\nbuild_tensorlist\n",
                    "ctorch.jit._pickle\nrestore_type_tag\n",
                    "c__torch__\nTop\n",
                    "c__torch__\nLayer\n",
                    "cbuiltins\neval\n");

    private final List<byte[]> opcodes = new ArrayList<>();

    Pickle(byte[] bytes) {
        for (int at = 0; at < bytes.length; ) {
            int end = Math.min(bytes.length, at + length(bytes, at));
            opcodes.add(Arrays.copyOfRange(bytes, at, end));
            at = end;
        }
    }

    private static int length(byte[] bytes, int at) {
        return switch (bytes[at] & 0xff) {
            case 'c' -> lines(bytes, at, 2);
            case 'q', 'h', 'K', 0x80 -> 2;
            case 'M' -> 3;
            case 'J', 'r', 'j' -> 5;
            case 'G' -> 9;
            case 0x8a, 'U' -> at + 1 < bytes.length ? 2 + (bytes[at + 1] & 0xff) : 1;
            case 'X' -> at + 5 <= bytes.length ? Math.max(5, 5 + int32(bytes, at + 1)) : 1;
            default -> 1;
        };
    }

    private static int int32(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    }

    private static int lines(byte[] bytes, int at, int lines) {
        int end = at;
        for (int left = lines; left > 0 && end < bytes.length; end++) {
            left -= bytes[end] == '\n' ? 1 : 0;
        }
        return end - at;
    }

    /** Moves, doubles, removes, replaces opcodes or changes their arguments. */
    byte[] damaged(Damage damage, Random random) {
        for (int i = damage.few(); i > 0 && !opcodes.isEmpty(); i--) {
            int at = random.nextInt(opcodes.size());
            byte[] other = damage.any(OPCODES).getBytes(StandardCharsets.ISO_8859_1);
            switch (random.nextInt(7)) {
                case 0 -> opcodes.remove(at);
                case 1 -> opcodes.add(at, damage.any(opcodes));
                case 2 -> opcodes.set(at, damage.any(opcodes));
                case 3 -> opcodes.set(at, other);
                case 4 -> opcodes.add(at, other);
                case 5 -> repeat(at, damage.rarely(10) ? 5000 : 3);
                default -> change(at, random);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        opcodes.forEach(out::writeBytes);
        return out.toByteArray();
    }

    private void repeat(int at, int times) {
        byte[] opcode = opcodes.get(at);
        for (int i = 0; i < times; i++) {
            opcodes.add(at, opcode);
        }
    }

    private void change(int at, Random random) {
        byte[] opcode = opcodes.get(at).clone();
        if (opcode.length > 1) {
            opcode[1 + random.nextInt(opcode.length - 1)] += (byte) (1 + random.nextInt(255));
            opcodes.set(at, opcode);
        }
    }
}
