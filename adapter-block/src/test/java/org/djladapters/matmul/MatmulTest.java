/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.matmul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MatmulTest {

    @ParameterizedTest
    @CsvSource({
        "mkl, 2147483647, 2147483647",
        "onednn:1, 1, 1",
        "onednn:2, 2, 2",
        "onednn:32, 32, 32",
        "onednn:2147483646, 2147483646, 2147483646",
        "onednn:1:64, 1, 64",
        "onednn:32:512, 32, 512",
        "onednn:4:never, 4, 2147483647"
    })
    void isReadAndWrittenAsText(String text, int rows, int turnedRows) {
        Matmul matmul = Matmul.parse(text);
        assertThat(matmul).isEqualTo(new Matmul(rows, turnedRows)).hasToString(text);
    }

    /** A processor whose oneDNN is faster for a single row is not slowed down by small weights. */
    @Test
    void fromOneRowOnDoesNotMeanAnyWeight() {
        assertThat(Matmul.parse("onednn")).isEqualTo(Matmul.ONEDNN).hasToString("onednn");
        assertThat(Matmul.ONEDNN.way()).containsExactly(1, 1, 1);
        assertThat(new Matmul(1).way()).containsExactly(1, 1, 128);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "MKL",
                "auto",
                "onednn:",
                "onednn:0",
                "onednn:-1",
                "onednn:01",
                "onednn:2147483647",
                "onednn:4:2147483647",
                "onednn:32:8",
                "onednn::8",
                "onednn:never",
                "onednn:8:8:8",
                "onednn:99999999999",
                "onednn: 8",
                "onednn+float32",
                "onednn+bfloat16",
                "mkl+bfloat16",
                "mkl:8",
                "onednn+bfloat16:8"
            })
    void otherTextIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Matmul.parse(text))
                .withMessage(
                        "There is no product '"
                                + text
                                + "'; choose mkl, onednn, or for example onednn:32 (oneDNN from"
                                + " 32 rows on)");
    }

    @Test
    void aNumberThatMakesNoSenseIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Matmul(0))
                .withMessageContaining("must be at least 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Matmul(32, 8))
                .withMessageContaining("got 8 and 32");
    }

    /** Whatever it is on this machine. */
    @Test
    void theFastestIsTheSameInAllThreadsAndCanBeUsed() {
        List<Matmul> found =
                IntStream.range(0, 8)
                        .parallel()
                        .mapToObj(i -> Matmul.fastest())
                        .distinct()
                        .toList();
        assertThat(found).containsExactly(Matmul.fastest());
        assertThatCode(found.get(0)::requireAvailable).doesNotThrowAnyException();
    }

    /** oneDNN's times by the rows 1, 8, 64, 512, where the engine takes 100 each time. */
    @ParameterizedTest
    @CsvSource({
        "200, 80, 60, 50, 8",
        "50, 50, 50, 50, 1",
        "200, 200, 200, 50, 512",
        "50, 50, 50, 101, 2147483647",
        "50, 200, 50, 50, 64",
        "100, 100, 100, 100, 2147483647",
        "200, 101, 99, 99, 64"
    })
    void oneDnnIsChosenFromWhereItIsFaster(long one, long eight, long many, long most, int choice) {
        SortedMap<Integer, MatmulTrial.Times> times = new TreeMap<>();
        times.put(1, new MatmulTrial.Times(100, one));
        times.put(8, new MatmulTrial.Times(100, eight));
        times.put(64, new MatmulTrial.Times(100, many));
        times.put(512, new MatmulTrial.Times(100, most));
        assertThat(MatmulTrial.choose(times)).isEqualTo(choice);
    }
}
