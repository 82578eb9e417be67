/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.example;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.djladapters.springboot.SpringAiAdapters;
import org.djladapters.springboot.UnknownAdapterException;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Compares a query with passages by the adapter of a customer: GET /similar. */
@SpringBootApplication
@RestController
public class Customers {

    private final EmbeddingModel base;
    private final SpringAiAdapters adapters;

    Customers(EmbeddingModel base, SpringAiAdapters adapters) {
        this.base = base;
        this.adapters = adapters;
    }

    public static void main(String[] args) {
        SpringApplication.run(Customers.class, args);
    }

    @GetMapping("/similar")
    Map<String, Float> similar(
            @RequestParam(required = false) String customer,
            @RequestParam String query,
            @RequestParam List<String> passage) {
        EmbeddingModel model = customer == null ? base : adapters.embeddingModel(customer);
        float[] asked = model.embed(query);
        List<float[]> found = model.embed(passage);
        Map<String, Float> similar = new TreeMap<>();
        for (int i = 0; i < found.size(); i++) {
            similar.put(passage.get(i), product(asked, found.get(i)));
        }
        return similar;
    }

    private static float product(float[] a, float[] b) {
        float sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @ExceptionHandler
    @ResponseStatus(HttpStatus.NOT_FOUND)
    String unknown(UnknownAdapterException e) {
        return e.getMessage();
    }
}
