/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.djladapters.data.PromptData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SumsTest {

    @TempDir private Path folder;

    @Test
    void writesEverySumOnceAndRight() throws IOException {
        Sums.write(folder, 1);
        List<PromptData.Row> train = PromptData.read(folder.resolve("train.tsv")).rows();
        List<PromptData.Row> dev = PromptData.read(folder.resolve("dev.tsv")).rows();

        assertThat(train).hasSize(80);
        assertThat(dev).hasSize(20);
        Set<String> prompts = new HashSet<>();
        for (List<PromptData.Row> rows : List.of(train, dev)) {
            for (PromptData.Row row : rows) {
                assertThat(row.prompt()).matches("\\d\\+\\d=");
                int sum = row.prompt().charAt(0) - '0' + row.prompt().charAt(2) - '0';
                assertThat(row.response()).isEqualTo(Integer.toString(sum));
                prompts.add(row.prompt());
            }
        }
        assertThat(prompts).hasSize(100);
    }

    @Test
    void theSeedDecidesWhichSumsAreForTraining() throws IOException {
        Sums.main(new String[] {folder.resolve("a").toString(), "1"});
        Sums.write(folder.resolve("b"), 1);
        Sums.write(folder.resolve("c"), 2);
        Path a = folder.resolve("a/dev.tsv");
        assertThat(a).hasSameTextualContentAs(folder.resolve("b/dev.tsv"));
        assertThat(PromptData.read(a).sha256())
                .isNotEqualTo(PromptData.read(folder.resolve("c/dev.tsv")).sha256());
    }
}
