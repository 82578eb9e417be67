/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonElement;
import java.util.Optional;

/** What a client asks for, with the form of the answer in the client's API. */
sealed interface Asked {

    /** Returns the name of the adapter that answers, null for the base model. */
    String adapter();

    /** Returns the number of texts, pairs or prompts. */
    int inputs();

    /** Reads the body of a request. */
    @FunctionalInterface
    interface Reader {

        /** Reads JSON in UTF-8; a refusal says what is wrong. */
        Asked read(byte[] body) throws Refusal;
    }

    /**
     * A request for predictions.
     *
     * @param request what is to be predicted
     * @param form the form of the answer
     */
    record Prediction(PredictRequest request, Form form) implements Asked {

        /** The form of an answer. */
        @FunctionalInterface
        interface Form {

            /** Returns the answer. */
            JsonElement of(Predicted predicted) throws Refusal;
        }

        @Override
        public String adapter() {
            return request.adapter();
        }

        @Override
        public int inputs() {
            return request.rows().size();
        }
    }

    /**
     * A request for texts.
     *
     * @param request what is to be written
     * @param form the form of the answer
     * @param stream the texts are sent piece by piece if present, and with the number of tokens at
     *     the end if true
     */
    record Texts(TextRequest request, OpenAiTexts form, Optional<Boolean> stream) implements Asked {

        @Override
        public String adapter() {
            return request.adapter();
        }

        @Override
        public int inputs() {
            return request.prompts().size();
        }
    }
}
