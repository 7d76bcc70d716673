<?php

// The models of openapi-generator take the ids that the contract allows. Its HTTP library is not here to ask with.
spl_autoload_register(function ($class) {
    require __DIR__ . '/lib/' . str_replace(['OpenAPI\\Client\\', '\\'], ['', '/'], $class) . '.php';
});

$query = new OpenAPI\Client\Model\QueryUserRequest();
$query->setUserId('使用者_001')->setLimit(5)->setCursor(null);
echo json_encode(['valid' => $query->valid()]);
