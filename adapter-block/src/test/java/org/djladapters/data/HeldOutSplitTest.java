/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldOutSplitTest {

    @TempDir Path folder;

    private LabelledData data(List<String> labels) throws IOException {
        StringBuilder text = new StringBuilder("label\tsentence1\n");
        for (int i = 0; i < labels.size(); i++) {
            text.append("%s\tmessage %d%n".formatted(labels.get(i), i));
        }
        return TextData.read(Files.writeString(folder.resolve("train.tsv"), text));
    }

    private static List<String> sentences(LabelledData data) {
        return ((TextData) data).rows().stream().map(TextData.Row::first).toList();
    }

    private static long count(LabelledData data, String label) {
        return IntStream.range(0, data.size()).filter(i -> data.label(i).equals(label)).count();
    }

    @Test
    void everyExampleIsInOnePart() throws IOException {
        LabelledData all = data(IntStream.range(0, 97).mapToObj(i -> "c" + i % 3).toList());
        HeldOutSplit parts = HeldOutSplit.of(all, 0.1, 1);
        List<String> both = new ArrayList<>(sentences(parts.train()));
        both.addAll(sentences(parts.heldOut()));
        assertThat(both).containsExactlyInAnyOrderElementsOf(sentences(all));
        assertThat(parts.heldOut().size()).isEqualTo(9);
    }

    /** Nine tenths of the rows share a passage: the others make up the share, whatever the seed. */
    @Test
    void aGroupLargerThanTheShareStaysWithTheRest() {
        List<PairData.Row> rows = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            rows.add(PairData.Row.of("question " + i, i < 180 ? "one" : "passage " + i));
        }
        PairData all = PairData.of(rows);
        for (long seed = 0; seed < 10; seed++) {
            assertThat(HeldOutSplit.of(all, 0.1, seed).heldOut().size()).isBetween(19, 20);
        }
    }

    @Test
    void everyClassIsHeldOutByItsShare() throws IOException {
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            labels.add(i % 10 == 0 ? "rare" : "frequent");
        }
        HeldOutSplit parts = HeldOutSplit.of(data(labels), 0.2, 7);
        assertThat(count(parts.heldOut(), "rare")).isEqualTo(6);
        assertThat(count(parts.heldOut(), "frequent")).isEqualTo(54);
    }

    @Test
    void aClassOfOneExampleIsLearnedFrom() throws IOException {
        HeldOutSplit parts = HeldOutSplit.of(data(List.of("a", "a", "b", "c", "c", "c")), 0.5, 3);
        assertThat(count(parts.train(), "b")).isEqualTo(1);
    }

    @Test
    void numbersAreSpreadAlike() throws IOException {
        LabelledData all = data(IntStream.range(0, 500).mapToObj(i -> i + ".5").toList());
        HeldOutSplit parts = HeldOutSplit.of(all, 0.1, 3);
        double mean =
                IntStream.range(0, 50)
                        .mapToDouble(i -> Double.parseDouble(parts.heldOut().label(i)))
                        .average()
                        .orElseThrow();
        // One of every ten neighbours, 0.5 to 9.5 and so on, so at most 4.5 from their middle.
        assertThat(mean).isCloseTo(250, within(4.5));
        assertThat(parts.heldOut().size()).isEqualTo(50);
    }

    @Test
    void promptsArePartedWhateverTheirResponses() throws IOException {
        StringBuilder text = new StringBuilder("prompt\tresponse\n");
        for (int i = 0; i < 20; i++) {
            text.append("%d+1=\t%d%n".formatted(i, i + 1));
        }
        LabelledData all = LabelledData.read(Files.writeString(folder.resolve("sums.tsv"), text));
        HeldOutSplit parts = HeldOutSplit.of(all, 0.25, 1);
        assertThat(parts.heldOut().size()).isEqualTo(5);
        assertThat(parts.train().size()).isEqualTo(15);
    }

    @Test
    void whatBelongsTogetherIsOnOneSide() {
        LabelledData all = new Articles(List.of(12, 3, 9, 1, 15, 7, 2, 11, 8, 10, 14, 8));
        for (int seed = 0; seed < 20; seed++) {
            HeldOutSplit parts = HeldOutSplit.of(all, 0.2, seed);
            assertThat(parts.train().size() + parts.heldOut().size()).isEqualTo(all.size());
            assertThat(articles(parts.train()))
                    .doesNotContainAnyElementsOf(articles(parts.heldOut()));
            // within half of the largest article of a fifth of all 100 rows
            assertThat((double) parts.heldOut().size()).isBetween(12.5, 27.5);
        }
    }

    @Test
    void fewLargeGroupsLeaveMostRowsToLearnFrom() {
        for (int seed = 0; seed < 4; seed++) {
            HeldOutSplit parts = HeldOutSplit.of(new Articles(List.of(30, 10)), 0.5, seed);
            assertThat(parts.heldOut().size()).isEqualTo(10);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HeldOutSplit.of(new Articles(List.of(20, 20)), 0.1, 1))
                .withMessage(
                        "A share of 0.1 of the 40 examples of 'articles' can't be held out, since"
                            + " they form 2 groups that stay together; hold out more, or measure on"
                            + " other data");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HeldOutSplit.of(new Articles(List.of(20)), 0.1, 1))
                .withMessage(
                        "A share of 0.1 of the 20 examples of 'articles' can't be held out, since"
                                + " all of them belong together; measure on other data");
    }

    @Test
    void theCandidatesOfAQueryStayTogether() throws IOException {
        StringBuilder text = new StringBuilder("label\tsentence1\tsentence2\n");
        for (int i = 0; i < 60; i++) {
            text.append("%d\tquery %d\tpassage %d%n".formatted(i % 2, i / 5, i));
        }
        Path file = Files.writeString(folder.resolve("queries.tsv"), text);
        HeldOutSplit parts = HeldOutSplit.of(LabelledData.read(file, TaskKind.RERANKING), 0.25, 3);
        assertThat(parts.heldOut().size()).isEqualTo(15);
        assertThat(articles(parts.heldOut())).hasSize(3);
    }

    @Test
    void passagesOfSeveralQueriesAreOnOneSide() {
        // queries 0 and 1 share passage 0, 1 and 2 passage 1, and so on in threes; every fifth
        // query asks for a second passage
        List<PairData.Row> rows = new ArrayList<>();
        for (int query = 0; query < 60; query++) {
            int group = query / 3;
            rows.add(PairData.Row.of("query " + query, "passage " + group));
            if (query % 15 == 0) {
                rows.add(PairData.Row.of("query " + query, "passage " + (group + 1)));
            }
        }
        PairData pairs = PairData.of(rows);
        for (int seed = 0; seed < 10; seed++) {
            HeldOutSplit parts = HeldOutSplit.of(pairs, 0.2, seed);
            assertThat(texts(parts.train())).doesNotContainAnyElementsOf(texts(parts.heldOut()));
            // within half of the largest group, of seven rows, of a fifth of all 64 rows
            assertThat((double) parts.heldOut().size()).isBetween(9.0, 16.5);
        }
        assertThat(pairs.group(0)).isEqualTo(pairs.group(6)).isNotEqualTo(pairs.group(7));
    }

    @Test
    void pairsWithScoresStayWithTheirFirstTextsOnly() {
        PairData pairs =
                PairData.of(
                        List.of(
                                PairData.Row.scored("a", "x", 1),
                                PairData.Row.scored("a", "y", 0),
                                PairData.Row.scored("b", "x", 1)));
        assertThat(pairs.group(0)).isEqualTo(pairs.group(1)).isNotEqualTo(pairs.group(2));
    }

    private static Set<String> texts(LabelledData data) {
        return ((PairData) data)
                .rows().stream().flatMap(row -> row.texts().stream()).collect(Collectors.toSet());
    }

    private static Set<String> articles(LabelledData data) {
        return IntStream.range(0, data.size())
                .mapToObj(row -> data.group(row).orElseThrow())
                .collect(Collectors.toSet());
    }

    /** Questions about articles, which are named by their numbers. */
    private record Articles(List<String> ofRows, String sha256) implements LabelledData {

        Articles(List<Integer> sizes) {
            this(
                    IntStream.range(0, sizes.size())
                            .boxed()
                            .flatMap(
                                    i -> Collections.nCopies(sizes.get(i), "article " + i).stream())
                            .toList(),
                    "all");
        }

        @Override
        public Path source() {
            return Path.of("articles");
        }

        @Override
        public Optional<TaskKind> task() {
            return Optional.of(TaskKind.QUESTION_ANSWERING);
        }

        @Override
        public Optional<String> group(int row) {
            return Optional.of(ofRows.get(row));
        }

        @Override
        public int size() {
            return ofRows.size();
        }

        @Override
        public String label(int row) {
            return "answer " + row;
        }

        @Override
        public String where(int row) {
            return "question " + row;
        }

        @Override
        public LabelledData pick(List<Integer> picked) {
            return new Articles(picked.stream().map(ofRows::get).toList(), "part");
        }
    }

    @Test
    void theSeedDecides() throws IOException {
        LabelledData all = data(IntStream.range(0, 50).mapToObj(i -> "c" + i % 2).toList());
        List<String> one = sentences(HeldOutSplit.of(all, 0.2, 1).heldOut());
        assertThat(sentences(HeldOutSplit.of(all, 0.2, 1).heldOut())).isEqualTo(one);
        assertThat(sentences(HeldOutSplit.of(all, 0.2, 2).heldOut())).isNotEqualTo(one);
    }

    @Test
    void partsHaveFingerprintsOfTheirOwn() throws IOException {
        LabelledData all = data(List.of("a", "a", "b", "b"));
        HeldOutSplit parts = HeldOutSplit.of(all, 0.5, 1);
        assertThat(List.of(all.sha256(), parts.train().sha256(), parts.heldOut().sha256()))
                .doesNotHaveDuplicates();
    }

    @Test
    void sharesThatMakeNoSenseAreRefused() throws IOException {
        LabelledData all = data(List.of("a", "a", "b", "b"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HeldOutSplit.of(all, 0.7, 1))
                .withMessageContaining("at most 0.5, got 0.7");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HeldOutSplit.of(all, 0.1, 1))
                .withMessageContaining("hold out more");
    }

    @Test
    void aSampleHasTheShareOfEveryClass() throws IOException {
        LabelledData all =
                data(IntStream.range(0, 90).mapToObj(i -> i % 3 == 0 ? "a" : "b").toList());
        LabelledData some = all.sample(31, 5);
        assertThat(some.size()).isEqualTo(31);
        assertThat(count(some, "a")).isBetween(10L, 11L);
        assertThat(sentences(all)).containsSubsequence(sentences(some));
        assertThat(all.sample(90, 5)).isSameAs(all);
    }
}
