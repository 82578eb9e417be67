/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import static org.djladapters.io.MalformedFileException.quote;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.djladapters.io.Sha256;

/**
 * Questions, each with a text and the parts of it that answer the question, as in SQuAD.
 *
 * <p>A file is JSON of SQuAD 1.1 or 2.0: {@code data} is a list of articles, each with {@code
 * paragraphs}; a paragraph has a {@code context} and a list {@code qas}; a question has an {@code
 * id}, the {@code question} and {@code answers}, each with its {@code text} and {@code
 * answer_start}, the number of characters (Unicode code points) before it in the context. A
 * question with {@code is_impossible} true (2.0) has no answer in its context. All else in the file
 * is ignored.
 *
 * <p>A model learns the first answer; any of them counts as right when it is measured.
 *
 * @see <a href="https://doi.org/10.18653/v1/P18-2124">P. Rajpurkar, R. Jia, P. Liang, Know What You
 *     Don't Know: Unanswerable Questions for SQuAD, 2018</a>
 */
public final class AnswerData extends RowData<AnswerData.Row> {

    private AnswerData(Origin origin, List<Row> rows) {
        super(origin, rows, row -> 0); // messages name questions by their ids
    }

    /**
     * A question.
     *
     * @param id the identifier of the question, not blank
     * @param question the question, not blank
     * @param context the text with the answer
     * @param answers the answers that count as right, first the one that is learned; none if the
     *     context has no answer
     */
    public record Row(String id, String question, String context, List<Reference> answers) {

        /** Checks that the answers stand at their places. */
        public Row {
            answers = List.copyOf(answers);
            requireText("id", id);
            requireText("question", question);
            for (Reference answer : answers) {
                if (!context.startsWith(answer.text(), answer.start())) {
                    throw new IllegalArgumentException(
                            "The answer '%s' does not stand at %d of the context of question '%s'"
                                    .formatted(answer.text(), answer.start(), id));
                }
            }
        }

        private static void requireText(String what, String text) {
            if (text.isBlank()) {
                throw new IllegalArgumentException("The %s of a question is blank".formatted(what));
            }
        }
    }

    /**
     * An answer that counts as right.
     *
     * @param text the answer as it stands in the context, not blank
     * @param start where it begins in the context, as {@link String#indexOf(String)} counts
     */
    public record Reference(String text, int start) {

        /** Checks that there is a text. */
        public Reference {
            if (text.isBlank()) {
                throw new IllegalArgumentException("An answer is blank");
            }
        }

        int end() {
            return start + text.length();
        }
    }

    /**
     * Reads a file of SQuAD's form.
     *
     * @param file the file
     * @return its questions in their order
     * @throws IOException if the file is missing, not JSON or not of that form; the message names
     *     article, paragraph and question
     */
    public static AnswerData read(Path file) throws IOException {
        List<Row> rows = SquadFile.read(file);
        return new AnswerData(Origin.file(file, Sha256.of(file)), rows);
    }

    /**
     * Takes questions from memory.
     *
     * @param rows the questions
     * @return the questions in their order
     * @throws IllegalArgumentException if there are no questions, or two have one id
     */
    public static AnswerData of(Iterable<Row> rows) {
        List<Row> all = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (Row row : rows) {
            all.add(row);
            if (!ids.add(row.id())) {
                throw new IllegalArgumentException(
                        "Two questions have the id '%s'; give each its own".formatted(row.id()));
            }
        }
        return new AnswerData(Origin.memory(all, AnswerData::cells), all);
    }

    private static List<String> cells(Row row) {
        Stream<String> answers =
                row.answers().stream()
                        .flatMap(a -> Stream.of(a.text(), Integer.toString(a.start())));
        return Stream.concat(Stream.of(row.id(), row.question(), row.context()), answers).toList();
    }

    /** Returns the text of the first answer; that of a question without one is empty. */
    @Override
    public String label(int row) {
        List<Reference> answers = rows().get(row).answers();
        return answers.isEmpty() ? "" : answers.get(0).text();
    }

    @Override
    public String where(int row) {
        String place = origin().inMemory() ? "the " + source() : "'" + source() + "'";
        return "%s, question %s".formatted(place, quote(rows().get(row).id()));
    }

    /** Returns the context: questions about one context stay together. */
    @Override
    public Optional<String> group(int row) {
        return Optional.of(rows().get(row).context());
    }

    @Override
    public Optional<TaskKind> task() {
        return Optional.of(TaskKind.QUESTION_ANSWERING);
    }

    @Override
    public AnswerData pick(List<Integer> picked) {
        return new AnswerData(origin().part(picked), some(picked));
    }

    /**
     * Tells whether there are questions without an answer, as in SQuAD 2.0. A model that has seen
     * such questions in training may say that there is no answer.
     *
     * @return true if there is such a question
     */
    public boolean hasUnanswerable() {
        return rows().stream().anyMatch(row -> row.answers().isEmpty());
    }
}
