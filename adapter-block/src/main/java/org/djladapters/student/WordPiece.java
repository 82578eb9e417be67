/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.student;

import static org.djladapters.io.MalformedFileException.quote;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.djladapters.io.Internal;
import org.djladapters.io.JsonFields;
import org.djladapters.io.MalformedFileException;

/**
 * BERT's tokenizer in plain Java, read from a {@code tokenizer.json}: text in, ids of tokens out,
 * without special tokens about them and without words that it does not know.
 *
 * <p>A word is taken apart from its beginning, each time by the longest token that fits; tokens
 * inside a word have a prefix. A word with a rest that no token fits is unknown as a whole.
 */
@Internal
public final class WordPiece {

    /** The file's name beside a model. */
    static final String FILE = "tokenizer.json";

    private static final String ADVICE = "; take a model with BERT's tokenizer";
    private static final Pattern NOTHING = Pattern.compile("(?!)");

    private final BertText text;
    private final Map<String, Integer> vocabulary;

    /** The tokens that a text may name itself, such as {@code [MASK]}. */
    private final Map<String, Integer> named = new HashMap<>();

    private final Pattern names;
    private final String unknown;
    private final String prefix;
    private final int longestWord;
    private final int longestToken;

    private WordPiece(JsonFields file) throws IOException {
        JsonFields model = part(file, "model", "WordPiece");
        JsonFields normalizer = part(file, "normalizer", "BertNormalizer");
        part(file, "pre_tokenizer", "BertPreTokenizer");
        boolean lowers = normalizer.bool("lowercase", true);
        text =
                new BertText(
                        normalizer.bool("clean_text", true),
                        normalizer.bool("handle_chinese_chars", true),
                        normalizer.bool("strip_accents", lowers),
                        lowers);
        vocabulary = new HashMap<>(model.integerMap("vocab"));
        unknown = model.string("unk_token", "[UNK]");
        prefix = model.string("continuing_subword_prefix", "##");
        longestWord = model.atLeast(1, "max_input_chars_per_word").orElse(100);
        longestToken = vocabulary.keySet().stream().mapToInt(String::length).max().orElse(0);
        if (!vocabulary.containsKey(unknown)) {
            throw file.invalid(
                    "the token %s for unknown words is not in the vocabulary; get the file again"
                            .formatted(quote(unknown)));
        }
        for (JsonFields token : file.objects("added_tokens")) {
            addNamed(token);
        }
        names = named.isEmpty() ? NOTHING : Pattern.compile(alternatives());
        requireIds(file);
    }

    /**
     * Reads a tokenizer.
     *
     * @throws MalformedFileException if it is damaged, or another one than BERT's
     */
    public static WordPiece of(JsonFields file) throws IOException {
        return new WordPiece(file);
    }

    private static JsonFields part(JsonFields file, String name, String type)
            throws MalformedFileException {
        String found = file.within(name).text("type").orElse("none");
        if (!found.equals(type)) {
            throw file.invalid(
                    "the %s is %s, but static students know %s alone"
                                    .formatted(name, quote(found), type)
                            + ADVICE);
        }
        return file.within(name);
    }

    private void addNamed(JsonFields token) throws IOException {
        String content = token.string("content", "");
        boolean plain = true;
        for (String flag : List.of("lstrip", "rstrip", "single_word", "normalized")) {
            plain &= !token.bool(flag, false);
        }
        int id = token.integer("id", -1);
        if (content.isEmpty() || !plain) {
            throw token.invalid(
                    "the added token %s is looked for in a way that static students do not know"
                                    .formatted(quote(content))
                            + ADVICE);
        }
        named.put(content, id);
    }

    /** Returns a regular expression of the names, longer ones first, as the native one finds. */
    private String alternatives() {
        return named.keySet().stream()
                .sorted((one, other) -> other.length() - one.length())
                .map(Pattern::quote)
                .collect(Collectors.joining("|"));
    }

    private void requireIds(JsonFields file) throws IOException {
        Map<String, Integer> all = all();
        int size = all.size();
        boolean dense =
                new HashSet<>(all.values()).size() == size
                        && all.values().stream().allMatch(id -> id >= 0 && id < size);
        if (!dense) {
            throw file.invalid(
                    "the %d tokens do not have the ids 0 to %d".formatted(size, size - 1) + ADVICE);
        }
    }

    private Map<String, Integer> all() {
        Map<String, Integer> all = new HashMap<>(vocabulary);
        all.putAll(named);
        return all;
    }

    /** Returns the number of tokens, whose ids are 0 and on. */
    public int size() {
        return all().size();
    }

    /** Returns the id of words that are not known, which no text has. */
    public int unknown() {
        return vocabulary.get(unknown);
    }

    /** Returns the lengths of all tokens, in code points. */
    int[] lengths() {
        return all().keySet().stream()
                .mapToInt(token -> token.codePointCount(0, token.length()))
                .toArray();
    }

    /** Returns the ids of the tokens of a text. */
    public int[] tokens(String given) {
        return tokens(given, Integer.MAX_VALUE);
    }

    /** Returns the known ones of the first tokens of a text. */
    int[] tokens(String given, int most) {
        Ids ids = new Ids(most);
        Matcher found = names.matcher(given);
        int start = 0;
        while (found.find()) {
            text.forEachWord(given.substring(start, found.start()), word -> add(word, ids));
            ids.add(named.get(found.group()));
            start = found.end();
        }
        text.forEachWord(given.substring(start), word -> add(word, ids));
        return ids.known(unknown());
    }

    private void add(String word, Ids ids) {
        int before = ids.count;
        if (word.length() > longestWord && word.codePointCount(0, word.length()) > longestWord) {
            ids.add(unknown());
            return;
        }
        int start = 0;
        while (start < word.length()) {
            int end = Math.min(word.length(), start + longestToken);
            Integer id = null;
            for (; end > start; end = word.offsetByCodePoints(end, -1)) {
                String piece = word.substring(start, end);
                id = vocabulary.get(start == 0 ? piece : prefix + piece);
                if (id != null) {
                    break;
                }
            }
            if (id == null) {
                ids.count = before;
                ids.add(unknown());
                return;
            }
            ids.add(id);
            start = end;
        }
    }

    /** A growing list of ids. */
    private static final class Ids {

        private final int most;
        private int[] ids = new int[64];
        private int count;

        Ids(int most) {
            this.most = most;
        }

        void add(int id) {
            if (count == ids.length) {
                ids = Arrays.copyOf(ids, 2 * count);
            }
            ids[count++] = id;
        }

        int[] known(int unknown) {
            return Arrays.stream(ids, 0, Math.min(count, most))
                    .filter(id -> id != unknown)
                    .toArray();
        }
    }
}
