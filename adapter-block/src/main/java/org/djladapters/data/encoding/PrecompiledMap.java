/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;
import java.util.Deque;

/**
 * The map of characters of a SentencePiece normalizer: the number of bytes of a trie, the trie as a
 * double array of 32-bit units (Aoe, <i>An efficient digital search algorithm by using a
 * double-array structure</i>, 1989), and the texts to which its leaves point.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PrecompiledMap(int[] units, byte[] texts) {

    /** Returns the fault that would lead a search out of the map, or null if there is none. */
    static String problem(String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return "is not in Base64";
        }
        if (!Base64.getEncoder().encodeToString(bytes).equals(base64)) {
            return "is not in Base64";
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long size = bytes.length < Integer.BYTES ? 0 : Integer.toUnsignedLong(buffer.getInt());
        if (size == 0 || size % Integer.BYTES != 0 || size > buffer.remaining()) {
            return "is truncated";
        }
        int[] units = new int[(int) size / Integer.BYTES];
        buffer.asIntBuffer().get(units);
        buffer.position(buffer.position() + (int) size);
        byte[] texts = new byte[buffer.remaining()];
        buffer.get(texts);
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(texts));
        } catch (CharacterCodingException e) {
            return "holds no text in UTF-8";
        }
        return new PrecompiledMap(units, texts).isClosed() ? null : "points beyond its end";
    }

    /** Goes along all ways that a text can lead. */
    private boolean isClosed() {
        BitSet known = new BitSet();
        Deque<Integer> open = new ArrayDeque<>();
        open.push(offset(units[0]));
        while (!open.isEmpty()) {
            int base = open.pop();
            // a search reads the unit of every next byte, also where it does not go on
            if ((base | 0xFF) >= units.length) {
                return false;
            }
            if (known.get(base)) {
                continue;
            }
            known.set(base);
            for (int label = 1; label <= 0xFF; label++) {
                int unit = units[base ^ label];
                if ((unit & 0x800000FF) == label) {
                    int next = base ^ label ^ offset(unit);
                    if ((unit & 0x100) != 0 && !isText(next)) {
                        return false;
                    }
                    open.push(next);
                }
            }
        }
        return true;
    }

    private static int offset(int unit) {
        return (unit >>> 10) << ((unit & 0x200) >>> 6);
    }

    /** Tells whether a leaf points to the begin of a character, or the end of all texts. */
    private boolean isText(int leaf) {
        if (leaf >= units.length) {
            return false;
        }
        int begin = units[leaf] & Integer.MAX_VALUE;
        return begin == texts.length || (begin < texts.length && (texts[begin] & 0xC0) != 0x80);
    }
}
