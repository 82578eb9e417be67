/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.djladapters.io.MalformedFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused here was seen to end the Java machine, or to keep it busy without end. */
class TokenizerFileTest {

    private static final String WORDS =
            """
            {
              "version": "1.0",
              "truncation": {
                "direction": "Right", "max_length": 384, "strategy": "OnlySecond", "stride": 128
              },
              "padding": null,
              "added_tokens": [],
              "normalizer": {"type": "Lowercase"},
              "pre_tokenizer": {"type": "Whitespace"},
              "post_processor": {
                "type": "TemplateProcessing",
                "single": [
                  {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                  {"Sequence": {"id": "A", "type_id": 0}}
                ],
                "pair": [
                  {"Sequence": {"id": "A", "type_id": 0}},
                  {"Sequence": {"id": "B", "type_id": 1}}
                ],
                "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [0], "tokens": ["[CLS]"]}}
              },
              "decoder": null,
              "model": {"type": "WordLevel", "vocab": {"[CLS]": 0, "a": 1, "?": 2}, "unk_token": "?"}
            }
            """;

    @TempDir Path folder;

    /** A file with another value at a path of names, of which the first is a component's. */
    private Path with(String path, String value) throws IOException {
        JsonObject tokenizer = JsonParser.parseString(WORDS).getAsJsonObject();
        JsonElement owner = tokenizer;
        String[] names = path.split("/", -1);
        for (int i = 0; i < names.length - 1; i++) {
            owner =
                    owner.isJsonArray()
                            ? owner.getAsJsonArray().get(Integer.parseInt(names[i]))
                            : owner.getAsJsonObject().get(names[i]);
        }
        owner.getAsJsonObject().add(names[names.length - 1], JsonParser.parseString(value));
        return Files.writeString(folder.resolve("tokenizer.json"), tokenizer.toString());
    }

    @Test
    void whatIsCheckedOpensAndIsCutAtAnyLength() throws Exception {
        Path file = with("padding", "null");
        TokenizerFile.check(file);
        for (String length : new String[] {"2", "4", "64"}) {
            Map<String, String> options =
                    Map.of("truncation", "true", "maxLength", length, "modelMaxLength", length);
            try (InputStream in = TokenizerFile.open(file);
                    HuggingFaceTokenizer tokenizer =
                            HuggingFaceTokenizer.newInstance(in, options)) {
                long[] ids = tokenizer.encode("a b a b a b a b").getIds();
                assertThat(ids).hasSize(Math.min(9, Integer.parseInt(length))).startsWith(0, 1);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "post_processor/special_tokens | {} | has the special token '[CLS]', which",
                "post_processor/single | [{\"Sequence\":{\"id\":\"B\",\"type_id\":0}}]"
                        + " | must have each of the sequences [A] once",
                "post_processor/single | [{\"SpecialToken\":[\"zz\",0]}] | is not an object",
                "post_processor | {\"type\":\"Sequence\",\"processors\":["
                        + "{\"type\":\"BertProcessing\",\"sep\":[\"a\",1],\"cls\":[\"a\",1]},"
                        + "{\"type\":\"BertProcessing\",\"sep\":[\"a\",1],\"cls\":[\"a\",1]}]}"
                        + " | inserts special tokens more than once",
                "truncation/stride | 380 | the stride of truncation must be",
                "truncation/stride | 18446744073709551615 | the stride of truncation must be",
                "padding | {\"strategy\":{\"Fixed\":16},\"pad_to_multiple_of\":4294967295}"
                        + " | padding makes every text absurdly long",
                "padding | {\"strategy\":{\"Fixed\":4294967295}} | absurdly long",
                "pre_tokenizer | {\"type\":\"FixedLength\",\"length\":0} | must be 1 or more",
                "decoder | {\"type\":\"Strip\",\"content\":\"a\",\"start\":0,\"stop\":1}"
                        + " | must not strip the end of tokens",
                "normalizer | {\"type\":\"Precompiled\",\"precompiled_charsmap\":\"AAAA\"}"
                        + " | the precompiled_charsmap is truncated",
                "normalizer | {\"type\":\"Precompiled\",\"precompiled_charsmap\":\"!\"}"
                        + " | the precompiled_charsmap is not in Base64",
                "normalizer | {\"type\":\"Precompiled\"} | the precompiled_charsmap is not a"
                        + " string",
                "normalizer | {\"type\":\"Zap\"} | is of the unknown type 'Zap'",
                "model/unk_token | \"zz\" | the token 'zz' for unknown words is not in",
                "model | {\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":1,\"ab\":2},"
                        + "\"merges\":[\"a b\"],\"continuing_subword_prefix\":\"##\"}"
                        + " | lacks the prefix '##'",
                "model | {\"type\":\"Unigram\",\"vocab\":[[\"a\",0]],\"unk_id\":null}"
                        + " | its unk_id names no token",
                "model | [] | the model is not an object",
            })
    void whatContradictsItselfIsRefused(String path, String value, String why) throws Exception {
        Path file = with(path, value);
        assertThatThrownBy(() -> TokenizerFile.check(file))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(why)
                .hasMessageEndingWith("; get the tokenizer of the original model");
    }

    /** GPT-2's kind of vocabulary, whose token for what is unknown may be missing. */
    @Test
    void whatWritesBytesNeedsNoTokenForUnknownWords() throws Exception {
        StringBuilder vocabulary = new StringBuilder("\"?\":0");
        for (int c = 0x21; c < 0x144; c++) {
            vocabulary.append(",\"%s%c\":%d".formatted(c == '"' || c == '\\' ? "\\" : "", c, c));
        }
        String model =
                "{\"type\":\"BPE\",\"merges\":[],\"unk_token\":\"zz\",\"vocab\":{%s}}"
                        .formatted(vocabulary.toString().replace(",\"?\":63", ""));
        String bytes = "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true}";
        String spaces = "{\"type\":\"Metaspace\",\"replacement\":\"_\"}";
        for (String pair : List.of(spaces + "," + bytes, bytes + "," + spaces)) {
            JsonObject tokenizer = JsonParser.parseString(WORDS).getAsJsonObject();
            tokenizer.add("model", JsonParser.parseString(model));
            tokenizer.add("decoder", JsonParser.parseString(bytes));
            Path file = Files.writeString(folder.resolve("decoded"), tokenizer.toString());
            assertThatThrownBy(() -> TokenizerFile.check(file))
                    .hasMessageContaining("the token 'zz' for unknown words is not in");
            tokenizer.add(
                    "pre_tokenizer",
                    JsonParser.parseString(
                            "{\"type\":\"Sequence\",\"pretokenizers\":[" + pair + "]}"));
            Path written = Files.writeString(folder.resolve("written"), tokenizer.toString());
            if (pair.endsWith(bytes)) {
                TokenizerFile.check(written);
            } else {
                assertThatThrownBy(() -> TokenizerFile.check(written))
                        .hasMessageContaining("the token 'zz' for unknown words is not in");
            }
        }
    }

    @Test
    void absurdTokensTextsAndDepthsAreRefused() throws Exception {
        Path tokens = with("model/vocab", "{\"" + "x".repeat(5000) + "\":0,\"?\":1}");
        assertThatThrownBy(() -> TokenizerFile.check(tokens)).hasMessageContaining("is too long");
        String more = "{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\"aa\"},";
        Path growing =
                with(
                        "normalizer",
                        "{\"type\":\"Sequence\",\"normalizers\":["
                                + more.repeat(17)
                                + "{\"type\":\"NFC\"}]}");
        assertThatThrownBy(() -> TokenizerFile.check(growing))
                .hasMessageContaining("make texts far too long");
        Path deep =
                with(
                        "decoder",
                        "{\"type\":\"Sequence\",\"decoders\":[".repeat(60) + "]}".repeat(60));
        assertThatThrownBy(() -> TokenizerFile.check(deep))
                .hasMessageContaining("sequences in too many sequences");
        Path deeper = Files.writeString(folder.resolve("deep"), "[".repeat(100_000));
        assertThatThrownBy(() -> TokenizerFile.check(deeper))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("is not JSON");
    }

    /** The expressions of GPT-2, LLaMA 3, GPT-4o, CLIP, and one that groups digits by threes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+|"
                        + " ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
                "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
                        + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
                "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}]*[\\p{Ll}\\p{Lm}]+(?i:'s|'t)?",
                "<\\|startoftext\\|>|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
                "\\d{1,3}(?=(?:\\d{3})*\\b)",
                " {2,}",
            })
    void expressionsOfKnownTokenizersAreAllowed(String regex) {
        assertThat(TokenizerRegex.problem(regex)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a+)+$",
                "(x+x+)+y",
                "((a|aa)+)+$",
                "(?:a|a)*b",
                "a*a*a*b",
                "(x{1,1000}){1,1000}y",
                "(?:x?){30}y",
                "(x)\\1",
                "(?<n>x\\g<n>?)",
                "a{2}{3}",
                "(?(1)a|b)",
                "(",
                "[a",
            })
    void expressionsThatBacktrackAreRefused(String regex) throws Exception {
        Path file =
                with(
                        "pre_tokenizer",
                        "{\"type\":\"Split\",\"behavior\":\"Isolated\",\"invert\":false,"
                                + "\"pattern\":{\"Regex\":\""
                                + regex.replace("\\", "\\\\")
                                + "\"}}");
        assertThatThrownBy(() -> TokenizerFile.check(file))
                .hasMessageContaining(
                        "the regular expression '" + regex + "' of the pre_tokenizer");
    }

    /** A trie of one block, in which the letter a leads to a leaf with the given value. */
    private static String map(int value, int nextOffset, String texts) {
        ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * 512 + texts.length());
        bytes.order(ByteOrder.LITTLE_ENDIAN).putInt(4 * 512);
        bytes.putInt(4, 256 << 10); // the root's children lie from 256 on
        bytes.putInt(4 + 4 * (256 ^ 'a'), 'a' | 0x100 | nextOffset << 10);
        bytes.putInt(4 + 4 * 'a', value); // the leaf of an offset of 256
        bytes.position(4 + 4 * 512);
        texts.chars().forEach(c -> bytes.put((byte) c));
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    @Test
    void aMapOfCharactersMustNotPointBeyondItsEnd() {
        assertThat(PrecompiledMap.problem(map(0, 256, "b\0"))).isNull();
        assertThat(PrecompiledMap.problem(map(3, 256, "b\0"))).isEqualTo("points beyond its end");
        assertThat(PrecompiledMap.problem(map(0, 512, "b\0"))).isEqualTo("points beyond its end");
        assertThat(PrecompiledMap.problem(map(1, 256, "\u00c3\u00a9\0")))
                .isEqualTo("points beyond its end");
        assertThat(PrecompiledMap.problem(map(0, 256, "\u00ff")))
                .isEqualTo("holds no text in UTF-8");
    }
}
