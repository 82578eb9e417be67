/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MemoryDataTest {

    private static final TextData.Row GOOD = TextData.Row.of(" good ", "a fine day");
    private static final TextData.Row BAD = TextData.Row.of("bad", "rain again");

    @Test
    void rowsInMemoryAreDataLikeThoseOfAFile() {
        TextData data = TextData.of(List.of(GOOD, BAD));
        assertThat(data.isPairs()).isFalse();
        assertThat(data.rows())
                .containsExactly(
                        new TextData.Row(1, "good", "a fine day", null),
                        new TextData.Row(2, "bad", "rain again", null));
        assertThat(LabelSpace.of(data).labels()).containsExactly("bad", "good");
        assertThat(data.where(1)).isEqualTo("row 2 of the data in memory");
        assertThat(data.source()).hasToString("data in memory");
    }

    @Test
    void anythingThatCanBeGoneThroughGivesRows() {
        Queue<TextData.Row> queue = new ArrayDeque<>(List.of(GOOD, BAD));
        Stream<TextData.Row> stream = Stream.of(GOOD, BAD);
        assertThat(TextData.of(queue).rows())
                .isEqualTo(TextData.of(List.of(GOOD, BAD)).rows())
                .isEqualTo(TextData.of(stream.toList()).rows());
    }

    @Test
    void rowsKeepTheirNumbersWhenSomeArePicked() {
        TextData data = TextData.of(List.of(GOOD, BAD, BAD));
        assertThat(data.pick(List.of(2)).where(0)).isEqualTo("row 3 of the data in memory");
    }

    @Test
    void equalRowsHaveEqualFingerprintsAndOthersHaveOthers() {
        String sha256 = TextData.of(List.of(GOOD, BAD)).sha256();
        assertThat(sha256).matches("[0-9a-f]{64}");
        assertThat(TextData.of(List.of(GOOD, BAD)).sha256()).isEqualTo(sha256);
        assertThat(
                        List.of(
                                sha256,
                                TextData.of(List.of(BAD, GOOD)).sha256(),
                                TextData.of(List.of(GOOD)).sha256(),
                                TextData.of(List.of(TextData.Row.of("ab", "c"))).sha256(),
                                TextData.of(List.of(TextData.Row.of("a", "bc"))).sha256(),
                                TextData.of(List.of(TextData.Row.of("a", "b", "c"))).sha256()))
                .doesNotHaveDuplicates();
    }

    @Test
    void aRowThatLacksSomethingIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextData.of(List.of(GOOD, TextData.Row.of(" ", "x"))))
                .withMessage(
                        "row 2 of the data in memory: the label is missing or blank; fill it, or"
                                + " leave the row out");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextData.of(List.of(TextData.Row.of("good", null))))
                .withMessageContaining("row 1 of the data in memory: the first sentence");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextData.of(List.of(GOOD, TextData.Row.of("a", "b", "c"))))
                .withMessageContaining("row 1 of the data in memory: the second sentence");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextData.of(List.of()))
                .withMessage("The data in memory have no rows; give some");
    }

    @Test
    void promptsComeFromMemory() {
        PromptData data =
                PromptData.of(
                        List.of(
                                PromptData.Row.of("1 + 1 =", "2"),
                                PromptData.Row.of("1 + 2 =", "3")));
        assertThat(data.label(1)).isEqualTo("3");
        assertThat(data.where(1)).isEqualTo("row 2 of the data in memory");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PromptData.of(List.of(PromptData.Row.of("1 + 1 =", ""))))
                .withMessageContaining("row 1 of the data in memory: the response");
    }

    @Test
    void dataOfAUserIsCountedAndPartedLikeOurs() {
        LabelledData own = new OwnData(List.of("a", "b", "a", "b", "a", "b"));
        assertThat(LabelSpace.of(own).labels()).containsExactly("a", "b");
        HeldOutSplit parts = HeldOutSplit.of(own, 0.34, 5);
        assertThat(parts.heldOut().size()).isEqualTo(2);
        assertThat(parts.heldOut().label(0)).isNotEqualTo(parts.heldOut().label(1));
    }

    /** What a user could write. */
    private record OwnData(List<String> labels) implements LabelledData {

        @Override
        public Path source() {
            return Path.of("tickets");
        }

        @Override
        public String sha256() {
            return "of " + labels;
        }

        @Override
        public int size() {
            return labels.size();
        }

        @Override
        public String label(int row) {
            return labels.get(row);
        }

        @Override
        public String where(int row) {
            return "ticket " + row;
        }

        @Override
        public LabelledData pick(List<Integer> picked) {
            return new OwnData(picked.stream().map(labels::get).toList());
        }
    }

    @Test
    void theTaskChoosesTheForm() throws IOException {
        for (TaskKind task :
                List.of(
                        TaskKind.EMBEDDING,
                        TaskKind.TOKEN_CLASSIFICATION,
                        TaskKind.QUESTION_ANSWERING)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> LabelledData.read(Path.of("any"), task))
                    .withMessageContaining(task.noun());
        }
    }
}
