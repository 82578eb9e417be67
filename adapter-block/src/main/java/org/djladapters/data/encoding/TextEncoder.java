/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BinaryOperator;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.hub.ModelDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tokenizer of a model with its limit of length: text in, token ids out. */
public final class TextEncoder implements AutoCloseable {

    /** The limit where neither the user nor the model sets one. */
    private static final int DEFAULT_MAX_LENGTH = 512;

    /** A text that stands in no other: a private character of Unicode. */
    private static final String MARK = "\uE000";

    private static final Logger logger = LoggerFactory.getLogger(TextEncoder.class);

    private final HuggingFaceTokenizer tokenizer;
    private final int maxLength;

    private final Note note;

    /** What makes one text of a pair; null where the tokenizer encodes pairs. */
    private final BinaryOperator<String> format;

    private final AtomicLong encoded = new AtomicLong();
    private final AtomicLong cut = new AtomicLong();

    private TextEncoder(HuggingFaceTokenizer tokenizer, int maxLength, Note note) {
        this(tokenizer, maxLength, note, null);
    }

    private TextEncoder(
            HuggingFaceTokenizer tokenizer,
            int maxLength,
            Note note,
            BinaryOperator<String> format) {
        this.tokenizer = tokenizer;
        this.maxLength = maxLength;
        this.note = note;
        this.format = format;
    }

    /**
     * Encodes pairs as texts of a format, which have the special tokens that they need. Of a text
     * that is too long the second one of the pair loses its end, not the format.
     *
     * @return an encoder with the same tokenizer, to be closed instead of this one
     */
    public TextEncoder withPairs(Optional<BinaryOperator<String>> pairs) {
        return new TextEncoder(tokenizer, maxLength, note, pairs.orElse(null));
    }

    /** The time at which it is logged that texts are truncated. */
    private enum Note {
        /** With their number, at the end. */
        AT_CLOSE,
        /** At the first one, since a server may run for years. */
        AT_FIRST,
        /** Never, since the texts are too long on purpose. */
        NEVER
    }

    /**
     * One encoded text or pair.
     *
     * @param typeIds the sentence that each token belongs to, as the model counts them
     * @param isTruncated whether the text was longer than the limit
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Tokens(int[] ids, int[] typeIds, boolean isTruncated) {

        /** Takes tokens of one sentence. */
        public Tokens(int... ids) {
            this(ids, new int[ids.length]);
        }

        /** Takes tokens and the sentences that they belong to. */
        Tokens(int[] ids, int[] typeIds) {
            this(ids, typeIds, false);
        }

        private Tokens(Encoding encoding) {
            this(
                    toInts(encoding.getIds()),
                    toInts(encoding.getTypeIds()),
                    encoding.exceedMaxLength());
        }

        public int length() {
            return ids.length;
        }
    }

    public static int[] toInts(long[] values) {
        return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
    }

    /**
     * Opens a model's tokenizer; sequences are truncated to the given length. How many were is
     * logged when it is closed.
     */
    public static TextEncoder open(ModelDirectory model, int maxLength) throws IOException {
        return new TextEncoder(tokenizer(model, truncation(maxLength)), maxLength, Note.AT_CLOSE);
    }

    /** Opens a model's tokenizer to try its limit; truncated sequences are not logged. */
    public static TextEncoder openForTrial(ModelDirectory model, int maxLength) throws IOException {
        return new TextEncoder(tokenizer(model, truncation(maxLength)), maxLength, Note.NEVER);
    }

    /**
     * Opens a model's tokenizer, which is closed with a manager. The first sequence that is
     * truncated is logged.
     */
    public static TextEncoder open(ModelDirectory model, int maxLength, NDManager owner)
            throws IOException {
        TextEncoder encoder = openForLong(model, maxLength);
        owner.attachInternal(encoder.tokenizer.getUid(), encoder.tokenizer);
        return encoder;
    }

    /** Opens a model's tokenizer for long: the first sequence that is truncated is logged. */
    public static TextEncoder openForLong(ModelDirectory model, int maxLength) throws IOException {
        return new TextEncoder(tokenizer(model, truncation(maxLength)), maxLength, Note.AT_FIRST);
    }

    private static Map<String, String> truncation(int maxLength) {
        String length = Integer.toString(maxLength);
        // Without modelMaxLength the tokenizer never goes beyond 512 tokens.
        return Map.of("truncation", "true", "maxLength", length, "modelMaxLength", length);
    }

    /** Opens a model's tokenizer, which never truncates. */
    static HuggingFaceTokenizer untruncated(ModelDirectory model) throws IOException {
        return tokenizer(model, Map.of("truncation", "false"));
    }

    /** Opens a model's tokenizer, which never truncates and is closed with a manager. */
    public static HuggingFaceTokenizer untruncated(ModelDirectory model, NDManager owner)
            throws IOException {
        HuggingFaceTokenizer tokenizer = untruncated(model);
        owner.attachInternal(tokenizer.getUid(), tokenizer);
        return tokenizer;
    }

    /** Checks and opens a model's tokenizer with options of DJL and without padding. */
    static HuggingFaceTokenizer tokenizer(ModelDirectory model, Map<String, String> options)
            throws IOException {
        if (model.file(TokenizerFile.NAME).isEmpty()) {
            throw new IOException(
                    ("Model directory '%s' has no tokenizer.json, which text needs; copy the one of"
                                    + " the original model there")
                            .formatted(model.path()));
        }
        Path file = model.file(TokenizerFile.NAME).get();
        Map<String, String> all = new HashMap<>(options);
        all.put("padding", "false");
        try (InputStream checked = TokenizerFile.open(file)) {
            return HuggingFaceTokenizer.newInstance(checked, all);
        } catch (RuntimeException e) {
            throw new IOException("'%s' is not a tokenizer: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** Refuses a maximum length without room for a pair and its separators. */
    public static void requireRoom(int maxLength) {
        if (maxLength < 4) {
            throw new IllegalArgumentException(
                    "The maximum length must be at least 4 tokens, got " + maxLength);
        }
    }

    /**
     * Returns the largest number of tokens of a sequence: the given one, else the model's {@code
     * maxLength} for serving, else {@code max_seq_length} of sentence-transformers, else the number
     * of its positions.
     */
    public static int maxLength(ModelDirectory model, OptionalInt asked) throws IOException {
        OptionalInt positions = model.maxPositions();
        if (asked.isPresent()) {
            if (positions.isPresent() && asked.getAsInt() > positions.getAsInt()) {
                throw new IllegalArgumentException(
                        "The maximum length %d exceeds the %d positions of model '%s'"
                                .formatted(asked.getAsInt(), positions.getAsInt(), model.path()));
            }
            return asked.getAsInt();
        }
        int limit = positions.orElse(DEFAULT_MAX_LENGTH);
        OptionalInt serving = servingMaxLength(model);
        OptionalInt told = serving.isPresent() ? serving : model.maxSequenceLength();
        return told.isPresent() ? Math.min(limit, told.getAsInt()) : limit;
    }

    /**
     * Returns the same for a ready-made model with a head as transformers does: without other
     * limits {@code model_max_length} of {@code tokenizer_config.json} counts, too.
     */
    public static int maxLengthOfTokenizer(ModelDirectory model) throws IOException {
        int length = maxLength(model, OptionalInt.empty());
        if (servingMaxLength(model).isPresent() || model.maxSequenceLength().isPresent()) {
            return length;
        }
        double known =
                model.fields("tokenizer_config.json").number("model_max_length", Double.MAX_VALUE);
        return (int) Math.min(length, Math.max(4, known));
    }

    private static OptionalInt servingMaxLength(ModelDirectory model) throws IOException {
        String value = model.servingProperty("maxLength").orElse(null);
        if (value == null) {
            return OptionalInt.empty();
        }
        try {
            int length = Integer.parseInt(value);
            if (length > 0) {
                return OptionalInt.of(length);
            }
        } catch (NumberFormatException e) {
            throw new IOException(malformedMaxLength(model, value), e);
        }
        throw new IOException(malformedMaxLength(model, value));
    }

    private static String malformedMaxLength(ModelDirectory model, String value) {
        return "'%s': maxLength is '%s' where a positive integer is expected"
                .formatted(model.path().resolve("serving.properties"), value);
    }

    /** Encodes a sentence, or a pair if the second is not null. */
    public Tokens encode(String first, String second) {
        Tokens tokens = tokens(first, second);
        encoded.incrementAndGet();
        if (tokens.isTruncated() && cut.incrementAndGet() == 1 && note == Note.AT_FIRST) {
            logger.warn(
                    "A text is longer than {} tokens; what follows these is not read, of this text"
                            + " and of others",
                    maxLength);
        }
        return tokens;
    }

    private Tokens tokens(String first, String second) {
        if (second == null) {
            return new Tokens(tokenizer.encode(first));
        }
        if (format == null) {
            return new Tokens(tokenizer.encode(first, second));
        }
        Tokens tokens = new Tokens(tokenizer.encode(format.apply(first, second), false, false));
        if (tokens.isTruncated()) {
            // a format may trim texts, and may hold the same words itself
            String marked = format.apply(first, MARK);
            String behind = marked.substring(marked.lastIndexOf(MARK) + MARK.length());
            int[] end = new Tokens(tokenizer.encode(behind, false, false)).ids();
            int kept = Math.max(0, tokens.length() - end.length);
            System.arraycopy(end, 0, tokens.ids(), kept, tokens.length() - kept);
        }
        return tokens;
    }

    /**
     * Encodes a sentence, or a pair if the second is not null: one sequence, or two where the texts
     * of pairs are encoded one by one.
     */
    public List<Tokens> encode(String first, String second, HeadConfig.PairEncoding pairs) {
        return pairs == HeadConfig.PairEncoding.BI
                ? List.of(encode(first, null), encode(second, null))
                : List.of(encode(first, second));
    }

    @Override
    public void close() {
        if (cut.get() > 0 && note == Note.AT_CLOSE) {
            logger.warn(
                    "{} of {} texts are longer than {} tokens; what follows these is not read",
                    cut,
                    encoded,
                    maxLength);
        }
        tokenizer.close();
    }
}
