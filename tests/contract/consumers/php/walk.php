<?php

// One query, a walk over all pages, and an error, as walk.ts does. Guzzle is Debian's, so there is no Composer here.
require '/usr/share/php/GuzzleHttp/autoload.php';
spl_autoload_register(function ($class) {
    if (str_starts_with($class, 'OpenAPI\\Client\\')) {
        require __DIR__ . '/lib/' . str_replace(['OpenAPI\\Client\\', '\\'], ['', '/'], $class) . '.php';
    }
});

$configuration = (new OpenAPI\Client\Configuration())->setHost(getenv('API_URL'))->setApiKey('x-api-key', getenv('API_KEY'));
$api = new OpenAPI\Client\Api\RecordsApi(null, $configuration);
$ask = function ($cursor, $limit = 5) use ($api) {
    $query = new OpenAPI\Client\Model\QueryUserRequest();
    return $api->queryUser($query->setUserId(getenv('USER_ID'))->setLimit($limit)->setCursor($cursor));
};

$cursor = null;
$first = null;
$pages = 0;
$rows = 0;
do {
    $page = $ask($cursor);
    $first ??= $page->getItems()[0]->getCreatedAt();
    $pages += 1;
    $rows += count($page->getItems());
    $cursor = $page->getNextCursor();
} while ($cursor !== null);

try {
    $ask(str_repeat('A', 120));
    $refused = '200';
} catch (OpenAPI\Client\ApiException $error) {
    $refused = $error->getCode() . ' ' . json_decode($error->getResponseBody())->code;
}
echo json_encode(['first' => $first, 'pages' => $pages, 'rows' => $rows, 'refused' => $refused]);
