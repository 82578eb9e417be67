/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.answers;

import ai.djl.modality.nlp.qa.QAInput;
import ai.djl.ndarray.NDList;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import java.util.Collections;
import java.util.List;
import org.djladapters.data.encoding.AnswerEncoder;
import org.djladapters.data.encoding.AnswerEncoder.Window;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.data.encoding.WindowTranslator;

/** Answers a question by all windows of its text. */
record AnswerTranslator(TextInputs inputs, AnswerEncoder encoder, boolean unanswerable)
        implements NoBatchifyTranslator<QAInput, Answer>, WindowTranslator<QAInput, Answer> {

    private static final String WINDOWS = "windows";
    private static final String SEARCH = "search";

    @Override
    public NDList processInput(TranslatorContext context, QAInput input) {
        AnswerEncoder.Encoded encoded = encoder.encode(input.getQuestion(), input.getParagraph());
        WindowTranslator.requireReadable(encoded.windows().size());
        context.setAttachment(WINDOWS, encoded.windows());
        context.setAttachment(SEARCH, new AnswerSearch(input.getParagraph(), encoded));
        return inputs.create(
                context.getNDManager(), encoded.windows().stream().map(Window::tokens).toList());
    }

    @Override
    public Answer processOutput(TranslatorContext context, NDList outputs) {
        @SuppressWarnings("unchecked") // kept above
        List<Window> windows = (List<Window>) context.getAttachment(WINDOWS);
        AnswerSearch search = (AnswerSearch) context.getAttachment(SEARCH);
        AnswerTask.search(windows, Collections.nCopies(windows.size(), search), outputs);
        return search.answer(unanswerable);
    }
}
