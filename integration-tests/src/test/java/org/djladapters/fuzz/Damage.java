/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.fuzz;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.internal.LazilyParsedNumber;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Damage to bytes, words, cells and JSON. */
final class Damage {

    private static final List<String> NUMBERS =
            List.of(
                    "0",
                    "1",
                    "-1",
                    "2",
                    "3",
                    "7",
                    "64",
                    "255",
                    "65536",
                    "2147483647",
                    "2147483648",
                    "-2147483648",
                    "4294967296",
                    "9223372036854775807",
                    "9223372036854775808",
                    "1e9",
                    "1e308",
                    "1e999",
                    "-0.0",
                    "0.5",
                    "1e-320");

    private static final List<String> TEXTS =
            List.of(
                    "",
                    " ",
                    "a",
                    "0",
                    "..",
                    "../x",
                    "/",
                    "a/b",
                    "\u0000",
                    "\n",
                    "\t",
                    "\"",
                    "é",
                    "\ud83d\ude00",
                    "x".repeat(300),
                    "NaN",
                    "null",
                    "true",
                    "(",
                    "[a-z]+",
                    "weight",
                    "F32",
                    "U8",
                    "__metadata__");

    private static final Pattern WORDS =
            Pattern.compile("\\w+|\"(?:\\\\.|[^\"\\\\])*+\"|\\s+|[^\\w\\s]");

    private final Random random;

    Damage(Random random) {
        this.random = random;
    }

    /** Returns true once in so many times. */
    boolean rarely(int times) {
        return random.nextInt(times) == 0;
    }

    /** How many changes are made: mostly one, so that readers get far. */
    int few() {
        return rarely(3) ? 2 + random.nextInt(2) : 1;
    }

    /** Picks one of a list that is not empty. */
    <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** Changes, cuts, doubles or inserts bytes. */
    byte[] bytes(byte[] bytes) {
        if (bytes.length == 0 || rarely(50)) {
            return new byte[random.nextInt(4)];
        }
        byte[] changed = bytes.clone();
        for (int i = few(); i > 0; i--) {
            int at = random.nextInt(changed.length);
            switch (random.nextInt(5)) {
                case 0 -> changed[at] = (byte) random.nextInt(256);
                case 1 -> changed[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> changed = Arrays.copyOf(changed, 1 + at);
                case 3 -> {
                    int end = at + random.nextInt(Math.min(64, changed.length - at));
                    byte[] longer = Arrays.copyOf(changed, changed.length + end - at);
                    System.arraycopy(changed, at, longer, end, changed.length - at);
                    changed = longer;
                }
                default -> changed[at] += (byte) (random.nextBoolean() ? 1 : -1);
            }
        }
        return changed;
    }

    /** Moves, doubles, removes and replaces words of a text. */
    String words(String text, List<String> others) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORDS.matcher(text);
        while (matcher.find()) {
            words.add(matcher.group());
        }
        for (int i = few(); i > 0 && !words.isEmpty(); i--) {
            items(words, others);
        }
        return String.join("", words);
    }

    /** Changes one item of a list. */
    void items(List<String> items, List<String> others) {
        int at = random.nextInt(items.size());
        switch (random.nextInt(6)) {
            case 0 -> items.remove(at);
            case 1 -> items.add(at, any(items));
            case 2 -> items.set(at, any(items));
            case 3 -> items.set(at, any(others));
            case 4 -> items.add(at, any(others));
            default -> {
                String word = items.get(at);
                int copies = rarely(20) ? 2000 : 1 + random.nextInt(4);
                items.set(at, word.repeat(1 + Math.min(copies, 20_000 / (1 + word.length()))));
            }
        }
    }

    /** Changes cells of a table with tabs. */
    String cells(String table) {
        List<String> lines = new ArrayList<>(List.of(table.split("\n", -1)));
        for (int i = few(); i > 0 && !lines.isEmpty(); i--) {
            int line = random.nextInt(lines.size());
            List<String> cells = new ArrayList<>(List.of(lines.get(line).split("\t", -1)));
            if (rarely(4)) {
                items(lines, List.of("", "\r", "label\tsentence1", "\ufeff", "\u0000"));
            } else {
                items(cells, rarely(2) ? TEXTS : NUMBERS);
                lines.set(line, String.join("\t", cells));
            }
        }
        return String.join("\n", lines);
    }

    /** Changes values, names and structure of JSON; the result is JSON most of the time. */
    String json(String json) {
        JsonElement root = JsonParser.parseString(json);
        for (int i = few(); i > 0; i--) {
            List<JsonElement> nodes = new ArrayList<>();
            collect(root, nodes);
            if (nodes.isEmpty()) {
                break;
            }
            change(any(nodes));
        }
        String text = root.toString();
        return rarely(12)
                ? new String(bytes(text.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8)
                : rarely(12) ? words(text, TEXTS) : text;
    }

    private static void collect(JsonElement node, List<JsonElement> into) {
        if (node.isJsonObject() && !node.getAsJsonObject().isEmpty()) {
            into.add(node);
            node.getAsJsonObject().asMap().values().forEach(child -> collect(child, into));
        } else if (node.isJsonArray() && !node.getAsJsonArray().isEmpty()) {
            into.add(node);
            node.getAsJsonArray().forEach(child -> collect(child, into));
        }
    }

    private void change(JsonElement node) {
        if (node.isJsonObject()) {
            JsonObject object = node.getAsJsonObject();
            String key = any(List.copyOf(object.keySet()));
            switch (random.nextInt(4)) {
                case 0 -> object.remove(key);
                case 1 -> object.add(any(TEXTS), object.remove(key));
                default -> object.add(key, value(object.get(key)));
            }
        } else {
            JsonArray array = node.getAsJsonArray();
            int at = random.nextInt(array.size());
            switch (random.nextInt(4)) {
                case 0 -> array.remove(at);
                case 1 -> array.add(array.get(at));
                default -> array.set(at, value(array.get(at)));
            }
        }
    }

    /** A value mostly of the same type. */
    private JsonElement value(JsonElement old) {
        boolean number = old.isJsonPrimitive() && old.getAsJsonPrimitive().isNumber();
        boolean text = old.isJsonPrimitive() && old.getAsJsonPrimitive().isString();
        return switch (random.nextInt(number || text ? 12 : 6)) {
            case 0 -> JsonNull.INSTANCE;
            case 1 -> new JsonPrimitive(random.nextBoolean());
            case 2 -> new JsonPrimitive(new LazilyParsedNumber(any(NUMBERS)));
            case 3 -> new JsonPrimitive(any(TEXTS));
            case 4 -> {
                JsonArray array = new JsonArray();
                array.add(old.deepCopy());
                yield array;
            }
            case 5 -> {
                JsonObject object = new JsonObject();
                object.add(any(TEXTS), old.deepCopy());
                yield object;
            }
            default ->
                    number
                            ? new JsonPrimitive(new LazilyParsedNumber(near(old.getAsString())))
                            : new JsonPrimitive(words(old.getAsString(), TEXTS));
        };
    }

    private String near(String number) {
        if (!number.matches("-?\\d{1,15}") || rarely(3)) {
            return any(NUMBERS);
        }
        long value = Long.parseLong(number);
        return String.valueOf(
                switch (random.nextInt(4)) {
                    case 0 -> value + 1;
                    case 1 -> value - 1;
                    case 2 -> 2 * value;
                    default -> value + random.nextInt(100);
                });
    }
}
