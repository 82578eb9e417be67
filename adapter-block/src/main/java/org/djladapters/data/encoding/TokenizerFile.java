/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.djladapters.io.JsonFields;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;

/**
 * The check of a {@code tokenizer.json} before it is opened.
 *
 * <p>The native code of the tokenizers ends the Java virtual machine, without an exception, if a
 * file is well-formed JSON of the right types and yet contradicts itself: a special token that is
 * inserted but not described, a character map that points beyond its end, a regular expression that
 * backtracks without end, and some more. Files known to do so are refused here with a sentence.
 * Wrong types and missing fields are left to the native code, which refuses them with an exception;
 * only the fields that are checked here must have the usual form.
 */
public final class TokenizerFile {

    /** The file's name beside a model. */
    public static final String NAME = "tokenizer.json";

    /** The largest vocabularies take 40 million bytes. */
    private static final long LARGEST = 1L << 28;

    private static final int DEEPEST = 16;
    private static final int LONGEST_TOKEN = 4_096;
    private static final int MOST_PIECES = 64;
    private static final int MOST_GROWTH = 256;
    private static final long MOST_PADDING = 1 << 20;

    /**
     * The characters that ByteLevel writes for bytes: printable ones as they are, others from
     * U+0100 on.
     */
    private static final List<String> BYTES =
            IntStream.concat(IntStream.range('!', 0x100), IntStream.range(0x100, 0x144))
                    .filter(c -> c < 0x7F || (c > 0xA0 && c != 0xAD))
                    .mapToObj(Character::toString)
                    .toList();

    private static final Map<String, Kind> KINDS =
            Map.of(
                    "normalizer",
                    new Kind(
                            "normalizers",
                            "BertNormalizer Strip StripAccents NFC NFD NFKC NFKD Lowercase Nmt"
                                    + " Precompiled Replace Prepend ByteLevel"),
                    "pre_tokenizer",
                    new Kind(
                            "pretokenizers",
                            "BertPreTokenizer ByteLevel CharDelimiterSplit Metaspace Whitespace"
                                    + " Split Punctuation WhitespaceSplit Digits UnicodeScripts"
                                    + " FixedLength"),
                    "post_processor",
                    new Kind(
                            "processors",
                            "BertProcessing RobertaProcessing ByteLevel TemplateProcessing"),
                    "decoder",
                    new Kind(
                            "decoders",
                            "BPEDecoder ByteLevel WordPiece Metaspace CTC Replace Fuse Strip"
                                    + " ByteFallback"));

    /** A kind of component: the field that holds a sequence's parts, and the known types. */
    private record Kind(String parts, Set<String> types) {

        Kind(String parts, String types) {
            this(parts, Set.of(types.split(" ")));
        }
    }

    private final Path file;
    private String text;
    private int growth = 1;
    private int inserting;
    private boolean byteLevel;

    private TokenizerFile(Path file) {
        this.file = file;
    }

    /**
     * Checks a file.
     *
     * @throws MalformedFileException if it could end the Java machine, or is no tokenizer at all;
     *     the message says why
     */
    public static void check(Path file) throws IOException {
        TokenizerFile checked = new TokenizerFile(file);
        JsonObject tokenizer = checked.read();
        checked.checkStride(tokenizer.get("truncation"));
    }

    /**
     * Checks and opens a file for any maximum length: its {@code stride}, which no length may fall
     * below, becomes 0.
     */
    static InputStream open(Path file) throws IOException {
        TokenizerFile checked = new TokenizerFile(file);
        JsonObject tokenizer = checked.read();
        if (tokenizer.get("truncation") instanceof JsonObject truncation
                && !isWithin(truncation.get("stride"), 0, 0)) {
            truncation.addProperty("stride", 0);
            checked.text = JsonFiles.text(tokenizer);
        }
        return new ByteArrayInputStream(checked.text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Checks a file and rewrites its lengths, for programs that follow them: texts are truncated at
     * one length, and padded at the right to the longest of a batch.
     *
     * @param lowerCase whether texts become lower case before all else
     */
    static String truncated(Path file, int maxLength, boolean lowerCase) throws IOException {
        JsonObject tokenizer = new TokenizerFile(file).read();
        JsonObject truncation = new JsonObject();
        truncation.addProperty("direction", "Right");
        truncation.addProperty("max_length", maxLength);
        truncation.addProperty("strategy", "LongestFirst");
        truncation.addProperty("stride", 0);
        tokenizer.add("truncation", truncation);
        if (tokenizer.get("padding") instanceof JsonObject padding) {
            padding.addProperty("strategy", "BatchLongest");
            padding.addProperty("direction", "Right");
            padding.add("pad_to_multiple_of", JsonNull.INSTANCE);
        }
        if (lowerCase) {
            tokenizer.add("normalizer", afterLowerCase(tokenizer.get("normalizer")));
        }
        return JsonFiles.text(tokenizer);
    }

    private static JsonObject afterLowerCase(JsonElement normalizer) {
        JsonObject lowerCase = new JsonObject();
        lowerCase.addProperty("type", "Lowercase");
        JsonArray steps = new JsonArray();
        steps.add(lowerCase);
        JsonObject sequence = new JsonObject();
        sequence.addProperty("type", "Sequence");
        sequence.add("normalizers", steps);
        if (normalizer instanceof JsonObject given && given.has("normalizers")) {
            List<JsonElement> known = given.getAsJsonArray("normalizers").asList();
            known.stream().filter(step -> !step.equals(lowerCase)).forEach(steps::add);
        } else if (!isAbsent(normalizer)) {
            steps.add(normalizer);
        }
        return sequence;
    }

    /**
     * Checks the tokenizer of a directory.
     *
     * @param directory a model's directory; one without a tokenizer is passed over
     */
    public static void checkIn(Path directory) throws IOException {
        if (Files.exists(directory.resolve(NAME))) {
            check(directory.resolve(NAME));
        }
    }

    private JsonObject read() throws IOException {
        if (Files.size(file) > LARGEST) {
            throw malformed("is too large for a tokenizer");
        }
        JsonObject tokenizer;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
            tokenizer = object(JsonFiles.parse(file.toString(), text), "the file");
        } catch (CharacterCodingException e) {
            throw new MalformedFileException(file, "is not text in UTF-8; get the file again", e);
        }
        if (isAbsent(tokenizer.get("model"))) {
            throw malformed("is not a tokenizer, since it has no model");
        }
        for (String kind : KINDS.keySet()) {
            component(kind, tokenizer.get(kind), 0);
        }
        checkModel(object(tokenizer.get("model"), "the model"));
        for (JsonElement token : array(tokenizer.get("added_tokens"), "added_tokens")) {
            requireShort(text(object(token, "an added token").get("content"), "an added token"));
        }
        checkPadding(tokenizer.get("padding"));
        return tokenizer;
    }

    private void component(String kind, JsonElement value, int depth) throws IOException {
        if (isAbsent(value)) {
            return;
        }
        JsonObject component = object(value, "the " + kind);
        String type = text(component.get("type"), "the type of the " + kind);
        if (type.equals("Sequence")) {
            if (depth == DEEPEST) {
                throw malformed("the " + kind + " has sequences in too many sequences");
            }
            for (JsonElement part : array(component.get(KINDS.get(kind).parts()), type)) {
                component(kind, part, depth + 1);
            }
            return;
        }
        if (!KINDS.get(kind).types().contains(type)) {
            throw malformed("the " + kind + " is of the unknown type " + quote(type));
        }
        if (kind.equals("pre_tokenizer")) {
            // set by ByteLevel; Metaspace writes another character among the bytes
            byteLevel = type.equals("ByteLevel") || (byteLevel && !type.equals("Metaspace"));
        }
        switch (type) {
            case "Precompiled" -> checkPrecompiled(component.get("precompiled_charsmap"));
            case "Replace", "Split" -> checkPattern(component, kind);
            case "Prepend" -> grow(text(component.get("prepend"), "what Prepend prepends"));
            case "FixedLength" -> {
                if (!isWithin(component.get("length"), 1, Integer.MAX_VALUE)) {
                    throw malformed("the length of FixedLength must be 1 or more");
                }
            }
            case "Strip" -> {
                if (kind.equals("decoder") && !isWithin(component.get("stop"), 0, 0)) {
                    throw malformed("the decoder Strip must not strip the end of tokens");
                }
            }
            case "TemplateProcessing" -> checkTemplate(component);
            case "BertProcessing", "RobertaProcessing" -> countInserting();
            default -> {}
        }
    }

    private void checkPrecompiled(JsonElement map) throws IOException {
        String problem = PrecompiledMap.problem(text(map, "the precompiled_charsmap"));
        if (problem != null) {
            throw malformed("the precompiled_charsmap " + problem);
        }
    }

    private void checkPattern(JsonObject component, String kind) throws IOException {
        JsonObject pattern = object(component.get("pattern"), "the pattern of the " + kind);
        if (pattern.has("Regex")) {
            String regex = text(pattern.get("Regex"), "the Regex of the " + kind);
            String problem = TokenizerRegex.problem(regex);
            if (problem != null) {
                throw malformed(
                        "the regular expression " + quote(regex) + " of the " + kind + problem);
            }
        } else {
            text(pattern.get("String"), "the String of the " + kind);
        }
        if (!isAbsent(component.get("content"))) {
            grow(text(component.get("content"), "what Replace writes"));
        }
    }

    /** Limits how much replacements lengthen a text: a chain of them could fill the memory. */
    private void grow(String content) throws IOException {
        growth *= Math.min(Math.max(1, content.length()), MOST_GROWTH + 1);
        if (growth > MOST_GROWTH) {
            throw malformed("its replacements make texts far too long");
        }
    }

    private void countInserting() throws IOException {
        if (++inserting > 1) {
            throw malformed("the post_processor inserts special tokens more than once");
        }
    }

    private void checkTemplate(JsonObject template) throws IOException {
        countInserting();
        JsonObject tokens = object(template.get("special_tokens"), "special_tokens");
        for (Map.Entry<String, JsonElement> token : tokens.entrySet()) {
            JsonObject described = object(token.getValue(), "a special token");
            int ids = array(described.get("ids"), "the ids of a special token").size();
            int names = array(described.get("tokens"), "the tokens of a special token").size();
            if (ids != names || ids == 0 || ids > MOST_PIECES) {
                throw malformed(
                        "the special token %s has %d ids for %d tokens"
                                .formatted(quote(token.getKey()), ids, names));
            }
        }
        checkPieces(template, "single", List.of("A"), tokens);
        checkPieces(template, "pair", List.of("A", "B"), tokens);
    }

    private void checkPieces(
            JsonObject template, String field, List<String> sequences, JsonObject tokens)
            throws IOException {
        String where = "the template '" + field + "' of the post_processor";
        JsonArray pieces = array(template.get(field), where);
        if (pieces.size() > MOST_PIECES) {
            throw malformed(where + " has more than " + MOST_PIECES + " pieces");
        }
        List<String> found = new ArrayList<>();
        for (JsonElement element : pieces) {
            JsonObject piece = object(element, "a piece of " + where);
            boolean special = piece.has("SpecialToken");
            JsonElement value = piece.get(special ? "SpecialToken" : "Sequence");
            String id = text(object(value, "a piece of " + where).get("id"), "an id in " + where);
            if (!special) {
                found.add(id);
            } else if (!tokens.has(id)) {
                throw malformed(
                        "%s has the special token %s, which special_tokens does not describe"
                                .formatted(where, quote(id)));
            }
        }
        if (!found.stream().sorted().toList().equals(sequences)) {
            throw malformed(where + " must have each of the sequences " + sequences + " once");
        }
    }

    private void checkModel(JsonObject model) throws IOException {
        JsonElement vocabulary = model.get("vocab");
        if (vocabulary instanceof JsonArray pieces) {
            checkUnigram(model, pieces);
            return;
        }
        Set<String> tokens = object(vocabulary, "the vocabulary").keySet();
        for (String token : tokens) {
            requireShort(token);
        }
        boolean merging = model.has("merges");
        JsonElement unknown = model.get("unk_token");
        boolean knowsAll = merging && byteLevel && BYTES.stream().allMatch(tokens::contains);
        if (!isAbsent(unknown) && !knowsAll) {
            String token = text(unknown, "unk_token");
            if (!tokens.contains(token)) {
                throw malformed(
                        "the token %s for unknown words is not in the vocabulary"
                                .formatted(quote(token)));
            }
        }
        JsonElement prefix = model.get("continuing_subword_prefix");
        if (merging && !isAbsent(prefix)) {
            checkMerges(array(model.get("merges"), "merges"), text(prefix, "the prefix"));
        }
    }

    /** Checks merges; the native code cuts the prefix off without checking that it is there. */
    private void checkMerges(JsonArray merges, String prefix) throws IOException {
        if (prefix.isEmpty()) {
            return;
        }
        for (JsonElement merge : merges) {
            String right =
                    merge instanceof JsonArray pair && pair.size() == 2
                            ? text(pair.get(1), "a merge")
                            : text(merge, "a merge").replaceFirst("^[^ ]* ", "");
            if (!right.startsWith(prefix)) {
                throw malformed(
                        "the merge %s lacks the prefix %s that continues words"
                                .formatted(quote(merge.toString()), quote(prefix)));
            }
        }
    }

    private void checkUnigram(JsonObject model, JsonArray pieces) throws IOException {
        Set<String> tokens = new HashSet<>();
        for (JsonElement piece : pieces) {
            JsonArray pair = array(piece, "an entry of the vocabulary");
            String token = text(pair.isEmpty() ? null : pair.get(0), "an entry of the vocabulary");
            requireShort(token);
            tokens.add(token);
        }
        boolean fallback =
                model.get("byte_fallback") instanceof JsonPrimitive flag
                        && flag.isBoolean()
                        && flag.getAsBoolean()
                        && IntStream.range(0, 256)
                                .mapToObj("<0x%02X>"::formatted)
                                .allMatch(tokens::contains);
        JsonElement unknown = model.get("unk_id");
        if (isAbsent(unknown) ? !fallback : !isWithin(unknown, 0, pieces.size() - 1)) {
            throw malformed("its unk_id names no token of the vocabulary for unknown characters");
        }
    }

    private void requireShort(String token) throws IOException {
        if (token.length() > LONGEST_TOKEN) {
            throw malformed("the token " + quote(token) + " is too long");
        }
    }

    private void checkStride(JsonElement value) throws IOException {
        if (isAbsent(value)) {
            return;
        }
        JsonObject truncation = object(value, "truncation");
        JsonElement stride = truncation.get("stride");
        JsonElement length = truncation.get("max_length");
        boolean none = isAbsent(stride) || isWithin(stride, 0, 0);
        if (!isWithin(length, 0, Integer.MAX_VALUE)
                || (!none && !isWithin(stride, 0, length.getAsLong() - MOST_PIECES))) {
            throw malformed(
                    "the stride of truncation must be at least %d below its max_length"
                            .formatted(MOST_PIECES));
        }
    }

    private void checkPadding(JsonElement value) throws IOException {
        if (isAbsent(value)) {
            return;
        }
        JsonObject padding = object(value, "padding");
        JsonElement multiple = padding.get("pad_to_multiple_of");
        boolean tooLong =
                padding.get("strategy") instanceof JsonObject strategy
                        && !isWithin(strategy.get("Fixed"), 0, MOST_PADDING);
        if (tooLong || (!isAbsent(multiple) && !isWithin(multiple, 1, MOST_PADDING / 64))) {
            throw malformed("its padding makes every text absurdly long");
        }
    }

    // ---- the forms of JSON

    private static boolean isAbsent(JsonElement value) {
        return value == null || value.isJsonNull();
    }

    private static boolean isWithin(JsonElement value, long least, long most) {
        if (!(value instanceof JsonPrimitive number) || !number.isNumber()) {
            return false;
        }
        BigDecimal given = number.getAsBigDecimal();
        return given.scale() <= 0
                && given.compareTo(BigDecimal.valueOf(least)) >= 0
                && given.compareTo(BigDecimal.valueOf(most)) <= 0;
    }

    private JsonObject object(JsonElement value, String what) throws IOException {
        if (value instanceof JsonObject found) {
            return found;
        }
        throw malformed(what + " is not an object");
    }

    private JsonArray array(JsonElement value, String what) throws IOException {
        if (value == null) {
            return new JsonArray();
        }
        if (value instanceof JsonArray found) {
            return found;
        }
        throw malformed(what + " is not a list");
    }

    private String text(JsonElement value, String what) throws IOException {
        if (JsonFields.isText(value)) {
            return value.getAsString();
        }
        throw malformed(what + " is not a string");
    }

    private MalformedFileException malformed(String problem) {
        return new MalformedFileException(
                file, problem + "; get the tokenizer of the original model");
    }
}
