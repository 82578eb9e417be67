/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import ai.djl.Model;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.types.DataType;
import ai.djl.translate.DeferredTranslatorFactory;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.util.StringPair;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.djladapters.archive.MethodText;
import org.djladapters.archive.Variable;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.program.ModelProgram;
import org.djladapters.task.answers.Answer;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskInputs;

/**
 * Translators for models that {@link TaskModel#export} wrote, for {@code
 * Criteria.optTranslatorFactory}: they predict what the task model did, from a {@code String}, a
 * {@link StringPair} or an {@link Image} to {@link Classifications} or, for a regression and for
 * reranking, {@code Float}; from a {@code String} to the {@code NamedEntity[]} of a text; from a
 * {@code QAInput} to an {@link Answer}. DJL's own translators know no classes of pairs, give a
 * single value as an array and tokens in the place of entities, and read only the beginning of a
 * long text.
 *
 * <p>As with DJL's own deferred factory the model decides which types there are.
 */
public final class TaskTranslatorFactory extends DeferredTranslatorFactory {

    /**
     * Makes a translator.
     *
     * @param input the type that is predicted from
     * @param output the type of predictions
     * @param model a model that was opened from its directory
     * @param arguments ignored, as the directory tells everything
     * @throws TranslateException if the model's directory does not tell a task that has these types
     */
    @Override
    public <I, O> Translator<I, O> newInstance(
            Class<I> input, Class<O> output, Model model, Map<String, ?> arguments)
            throws TranslateException {
        try {
            ModelDirectory directory = ModelDirectory.open(model.getModelPath());
            Task task = Tasks.ofExport(directory);
            MethodText forward = forward(directory);
            TaskInputs inputs =
                    new TaskInputs(
                            directory,
                            forward.arguments().stream().map(Variable::name).toList(),
                            forward.outputNames(),
                            model.getNDManager());
            return new TaskTranslators(Optional.of(task), inputs).of(input, output);
        } catch (IOException | IllegalArgumentException e) {
            throw new TranslateException(e.getMessage(), e);
        }
    }

    private static MethodText forward(ModelDirectory directory) throws IOException {
        try (ModelProgram program = directory.program(DataType.FLOAT32)) {
            return program.archive().forward();
        }
    }
}
