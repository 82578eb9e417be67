/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.student;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.djladapters.io.JsonFields;
import org.djladapters.io.MalformedFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordPieceTest {

    private static final Path MODEL = Path.of("src/test/resources/models/tiny-bert");
    private static final int UNKNOWN = 1;

    /** Known beside the small vocabulary, so that odd characters are no unknown words. */
    private static final List<String> FURTHER =
            List.of(
                    "é", "É", "##é", "##é", "̀", "##̀", "ß", "##ß", "ø", "Σ", "σ", "ς", "##ς",
                    "##σ", "и", "й", "##и", "İ", "i̇", "##̇", "中", "国", "##中", "가", "ᄀ", "##ᅡ", "क",
                    "##ि", "ไ", "##ท", "™", "€", "…", "¿", "–", "、", "「", "😀", "##😀", "👩",
                    "##👩", "𝔘", "_", "^", "~", "`", "|", "A", "T", "##T", "##É", "ǅ", "ǆ", "ﬁ",
                    "２", "ⅷ", "Ⅷ");

    /** What texts are made of: words of the vocabulary, letters, marks, spaces, controls. */
    private static final List<String> PARTS =
            List.of(
                    "the",
                    "quick",
                    "orthogonal",
                    "Matrices",
                    "ADAPTED",
                    "lazy",
                    "xyz",
                    "q",
                    "Z",
                    " ",
                    "  ",
                    "\t",
                    "\n",
                    "\r",
                    "\u00A0",
                    "\u2003",
                    "\u3000",
                    "\u2028",
                    "\u0085",
                    "\u000B",
                    "\u001F",
                    "\0",
                    "\u200B",
                    "\u200D",
                    "\uFEFF",
                    "\u00AD",
                    "\uFFFD",
                    "\uE000",
                    "'",
                    "\"",
                    "-",
                    "_",
                    "$",
                    "+",
                    "…",
                    "¿",
                    "–",
                    "、",
                    "「",
                    "™",
                    "€",
                    "é",
                    "e\u0301",
                    "É",
                    "\u0300",
                    "\u0315\u0300",
                    "ß",
                    "ẞ",
                    "Σ",
                    "ΣΣ",
                    "ς",
                    "İ",
                    "i",
                    "I",
                    "и",
                    "й",
                    "中",
                    "国",
                    "㐀",
                    "𠀀",
                    "\uD86E\uDC20",
                    "가",
                    "각",
                    "कि",
                    "ไท",
                    "😀",
                    "👩\u200D💻",
                    "𝔘",
                    "ǅ",
                    "ﬁ",
                    "２",
                    "Ⅷ",
                    "[MASK]",
                    "[UNK]",
                    "[SEP",
                    "[[CLS]]",
                    "[mask]",
                    "a".repeat(101));

    @TempDir private Path folder;

    private static JsonObject tokenizer() throws IOException {
        Path file = MODEL.resolve(WordPiece.FILE);
        JsonObject tokenizer = JsonFields.read(file).json();
        JsonObject vocabulary = tokenizer.getAsJsonObject("model").getAsJsonObject("vocab");
        for (String token : FURTHER) {
            if (!vocabulary.has(token)) {
                vocabulary.addProperty(token, vocabulary.size());
            }
        }
        return tokenizer;
    }

    /** A name and a value of the normalizer, the others as they usually are. */
    @ParameterizedTest
    @CsvSource({
        "lowercase, true",
        "lowercase, false",
        "strip_accents, true",
        "strip_accents, false",
        "handle_chinese_chars, false",
        "clean_text, false"
    })
    void tokensAreThoseOfTheNativeTokenizer(String field, boolean value) throws IOException {
        JsonObject json = tokenizer();
        json.getAsJsonObject("normalizer").addProperty(field, value);
        Path file = Files.writeString(folder.resolve(WordPiece.FILE), json.toString());
        WordPiece plain = WordPiece.of(JsonFields.read(file));
        Random random = new Random(38);
        try (HuggingFaceTokenizer stock =
                HuggingFaceTokenizer.newInstance(
                        file, Map.of("addSpecialTokens", "false", "truncation", "false"))) {
            for (int i = 0; i < 500; i++) {
                String text =
                        IntStream.range(0, random.nextInt(12))
                                .mapToObj(part -> PARTS.get(random.nextInt(PARTS.size())))
                                .collect(Collectors.joining());
                int[] known =
                        Arrays.stream(stock.encode(text, false, false).getIds())
                                .mapToInt(Math::toIntExact)
                                .filter(id -> id != UNKNOWN)
                                .toArray();
                assertThat(plain.tokens(text)).as(text).isEqualTo(known);
            }
        }
        assertThat(plain.size())
                .isEqualTo(json.getAsJsonObject("model").getAsJsonObject("vocab").size());
    }

    @Test
    void theFirstTokensAreTakenBeforeUnknownOnesAreLeftOut() throws IOException {
        WordPiece plain = WordPiece.of(new JsonFields("t", tokenizer()));
        assertThat(plain.tokens("the ♞♞ lazy dog", 3)).hasSize(2);
    }

    @Test
    void otherTokenizersAreRefused() throws IOException {
        JsonObject bpe = tokenizer();
        bpe.getAsJsonObject("model").addProperty("type", "BPE");
        refused(bpe, "the model is 'BPE', but static students know WordPiece alone");
        JsonObject bare = tokenizer();
        bare.add("normalizer", JsonNull.INSTANCE);
        refused(bare, "the normalizer is 'none'");
        JsonObject hole = tokenizer();
        hole.getAsJsonObject("model").getAsJsonObject("vocab").addProperty("the", 100_000);
        refused(hole, "do not have the ids 0 to");
        JsonObject stripping = tokenizer();
        stripping
                .getAsJsonArray("added_tokens")
                .get(4)
                .getAsJsonObject()
                .addProperty("lstrip", true);
        refused(stripping, "the added token '[MASK]' is looked for in a way");
        JsonObject unknown = tokenizer();
        unknown.getAsJsonObject("model").addProperty("unk_token", "<unk>");
        refused(unknown, "'<unk>' for unknown words is not in the vocabulary");
    }

    private static void refused(JsonObject tokenizer, String reason) {
        assertThatThrownBy(() -> WordPiece.of(new JsonFields("t.json", tokenizer)))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageStartingWith("t.json: ")
                .hasMessageContaining(reason);
    }
}
