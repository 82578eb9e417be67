/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.answers;

import ai.djl.training.dataset.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.djladapters.data.AnswerData;
import org.djladapters.data.AnswerDataset;
import org.djladapters.data.encoding.Prefetch;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.kind.Task;
import org.djladapters.task.metric.EvaluationListener;
import org.djladapters.task.metric.PredictedRow;

/**
 * Measures answers.
 *
 * @param data the questions
 * @param dataset their windows in batches
 * @param unanswerable whether the model may say that there is no answer
 */
record AnswerMeasure(
        AdaptedModel model, AnswerData data, AnswerDataset dataset, boolean unanswerable)
        implements Task.Measure {

    @Override
    public Map<String, Double> metrics(EvaluationListener listener) {
        List<AnswerSearch> searches = searches();
        int done = 0;
        try (Prefetch batches = new Prefetch(dataset.getData(model.model().getNDManager()))) {
            while (batches.hasNext()) {
                try (Batch batch = batches.next()) {
                    search(batch, searches);
                    done += batch.getSize();
                    listener.onExamples(done, dataset.size());
                }
            }
        }
        List<Answer> answers =
                searches.stream().map(search -> search.answer(unanswerable)).toList();
        for (int row = 0; row < answers.size(); row++) {
            Answer answer = answers.get(row);
            listener.onPrediction(
                    new PredictedRow(
                            data.where(row),
                            data.label(row),
                            answer.text(),
                            OptionalDouble.of(answer.score())));
        }
        List<String> texts = answers.stream().map(Answer::text).toList();
        listener.onColumns(AnswerMetrics.ofEach(data, texts));
        return AnswerMetrics.of(data, texts);
    }

    /** One for each question; its windows follow one another. */
    private List<AnswerSearch> searches() {
        List<AnswerSearch> searches = new ArrayList<>(data.size());
        for (AnswerDataset.Example example : dataset.examples()) {
            if (example.row() == searches.size()) {
                String context = data.rows().get(example.row()).context();
                searches.add(new AnswerSearch(context, example.encoded()));
            }
        }
        return searches;
    }

    private void search(Batch batch, List<AnswerSearch> searches) {
        List<AnswerDataset.Example> examples =
                batch.getIndices().stream()
                        .map(index -> dataset.examples().get((Integer) index))
                        .toList();
        AnswerTask.search(
                examples.stream().map(AnswerDataset.Example::window).toList(),
                examples.stream().map(example -> searches.get(example.row())).toList(),
                model.predict(batch.getData()));
    }
}
